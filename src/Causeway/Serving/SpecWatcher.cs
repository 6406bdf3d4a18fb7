namespace Causeway.Serving;

/// <summary>
/// Notices that a spec file changed, by looking at its time and length four times a second. Looking costs next to nothing and works for replaced
/// files, turned links and network shares alike; a watch on the folder would be woken by every write to a ledger that lies beside the spec.
/// Editors and config maps replace files in several steps, so a change counts once two looks in a row have seen the same.
/// </summary>
internal sealed class SpecWatcher : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);

    private readonly string _file;
    private readonly Action _changed;
    private readonly ITimer _timer;
    private Look _known;
    private Look _last;
    private int _isLooking;

    public SpecWatcher(string file, TimeProvider time, Action changed)
    {
        (_file, _changed) = (file, changed);
        _known = _last = Look.At(file);
        _timer = time.CreateTimer(static watcher => ((SpecWatcher)watcher!).LookAgain(), this, _interval, _interval);
    }

    public void Dispose() => _timer.Dispose();

    private void LookAgain()
    {
        // A look may hang on a share that has gone away: none is queued behind it.
        if (Interlocked.Exchange(ref _isLooking, 1) != 0) return;
        try
        {
            var now = Look.At(_file);
            var isSettled = now == _last;
            _last = now;
            if (!isSettled || now == _known) return;
            _known = now;
            _changed();
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    /// <summary>What one look at the file saw, links followed; nothing where there is no file.</summary>
    private readonly record struct Look(DateTime WrittenAt, long Length)
    {
        // Never opens it: a pipe would not come back, and who replaces the file must not find it taken.
        public static Look At(string path)
        {
            try
            {
                var file = new FileInfo(path);
                if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
                return file.Exists ? new Look(file.LastWriteTimeUtc, file.Length) : default;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
