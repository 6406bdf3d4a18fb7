using System.Diagnostics;

namespace Causeway.Tests.Models;

/// <summary>A file system of memory of its own, as small as a test needs it. Where none can be mounted the test is skipped with a sentence.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount(string path, int mebibytes)
    {
        Directory.CreateDirectory(path);
        var isMounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", path);
        Assert.SkipUnless(isMounted, "A small disk is mounted for this test, which only root on Linux may do.");
        return new SmallDisk(path);
    }

    /// <summary>Leaves no byte free.</summary>
    /// <returns>The file that takes all the room.</returns>
    public string Fill()
    {
        var filler = System.IO.Path.Combine(Path, "filler");
        using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true) file.Write(page);
        }
        catch (IOException)
        {
            // It is full.
        }
        return filler;
    }

    public void Dispose() => Run("umount", "--lazy", Path);

    private static bool Run(string program, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        run?.WaitForExit();
        return run?.ExitCode == 0;
    }
}
