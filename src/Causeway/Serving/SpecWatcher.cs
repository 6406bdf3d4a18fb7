namespace Causeway.Serving;

/// <summary>
/// Notices that a spec file changed. Editors and config maps replace files in several steps, so a change counts once the folder has been quiet for a moment;
/// the folder is watched because a replaced file is another file.
/// </summary>
internal sealed class SpecWatcher : IDisposable
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(200);

    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _settled;

    public SpecWatcher(string file, TimeProvider time, Action changed)
    {
        _settled = time.CreateTimer(_ => changed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Kubernetes swaps a symbolic link beside the file rather than the file: every name in the folder counts.
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
        };
        _watcher.Changed += (_, e) => Notice(e.FullPath, file);
        _watcher.Created += (_, e) => Notice(e.FullPath, file);
        _watcher.Renamed += (_, e) => Notice(e.FullPath, file);
        _watcher.EnableRaisingEvents = true;
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _settled.Dispose();
    }

    private void Notice(string path, string file)
    {
        var isLink = Path.GetFileName(path).StartsWith("..", StringComparison.Ordinal);
        if (path == file || isLink) _settled.Change(_quiet, Timeout.InfiniteTimeSpan);
    }
}
