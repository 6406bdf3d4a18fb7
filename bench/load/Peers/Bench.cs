using System.Net;
using System.Net.Sockets;
using Causeway.Load.Compare;

namespace Causeway.Load.Peers;

/// <summary>What every peer needs to know about the run it is part of. Owns the temporary folder.</summary>
internal sealed class Bench : IDisposable
{
    private const string SolutionFile = "Causeway.slnx";

    public Placement Placement { get; } = Placement.OfThisMachine();

    /// <summary>Made for this run, known to the governed gateway by its hash.</summary>
    public string Key { get; } = $"cw-bench-{Guid.NewGuid():N}";

    public int MockPort { get; } = FreePort();

    public string Folder { get; } = Directory.CreateTempSubdirectory("causeway-bench-").FullName;

    public string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>Load average before anything was started.</summary>
    public string LoadBefore { get; } = MachineFacts.LoadAverage();

    public Uri MockBase => new($"http://127.0.0.1:{MockPort}/v1");

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The full path of a program on the path or in one of the further folders, or null.</summary>
    public static string? FindProgram(string name, params ReadOnlySpan<string> furtherFolders)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (var folder in (ReadOnlySpan<string>)[.. folders, .. furtherFolders])
        {
            if (File.Exists(Path.Combine(folder, name)))
                return Path.Combine(folder, name);
        }
        return null;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionFile)))
                return folder.FullName;
        }
        throw new UsageException($"run this inside the repository: no {SolutionFile} here or above");
    }
}
