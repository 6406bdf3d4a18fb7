using System.Security.Cryptography;
using Causeway.Spec;

namespace Causeway.Serving;

/// <summary>
/// Notices that a spec file changed, by reading it four times a second. That costs next to nothing and works for replaced files, turned links and
/// network shares alike; a watch on the folder would be woken by every write to a ledger that lies beside the spec.
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
    /// <param name="WrittenAt">Touching a file puts it into force again: what it refers to may have changed.</param>
    /// <param name="Content">A hash. Files that are unpacked or checked out together may be alike in all else.</param>
    private readonly record struct Look(DateTime WrittenAt, string? Content)
    {
        public static Look At(string path)
        {
            try
            {
                var file = new FileInfo(path);
                if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
                // A pipe has no length, and opening it again might not come back.
                if (!file.Exists || file.Length is 0 or > SpecCompiler.MaxBytes) return new Look(file.LastWriteTimeUtc, null);
                // Without a lock: who replaces the file must not find it taken.
                using var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return new Look(file.LastWriteTimeUtc, Convert.ToHexString(SHA256.HashData(content)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
