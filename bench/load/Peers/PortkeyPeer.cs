using System.Diagnostics;
using System.Text.Json;

namespace Causeway.Load.Peers;

/// <summary>Portkey's open source gateway on Node, as `npm ci` in bench/load/portkey installs it.</summary>
internal sealed class PortkeyPeer : Peer
{
    private readonly string _package;
    private readonly string _node;

    public PortkeyPeer(Bench bench)
        : base(bench, "portkey")
    {
        var folder = Path.Combine(bench.RepositoryRoot, "bench", "load", "portkey");
        _package = Path.Combine(folder, "node_modules", "@portkey-ai", "gateway");
        _node = Bench.FindProgram("node") ?? throw new UsageException("node was not found; Portkey needs Node.js 20 or later (or leave it out with --peers)");
        if (!Directory.Exists(_package))
            throw new UsageException($"Portkey is not installed; run: npm ci --prefix {folder} (or leave it out with --peers)");
    }

    public override string Description => $"@portkey-ai/gateway {Version()} on Node {NodeVersion()}, `--headless`, no configuration beyond its two headers";

    public override IReadOnlyList<string> Headers => ["x-portkey-provider: openai", $"x-portkey-custom-host: {Bench.MockBase}"];

    protected override ChildProcess Launch()
        => new(Name, Bench.Placement.Gateway, _node, Path.Combine(_package, "build", "start-server.js"), "--headless", $"--port={Port}");

    private string NodeVersion()
    {
        using var process = Process.Start(new ProcessStartInfo(_node, "--version") { RedirectStandardOutput = true });
        return process?.StandardOutput.ReadToEnd().Trim() ?? "";
    }

    private string Version()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(_package, "package.json")));
        return manifest.RootElement.GetProperty("version").ToString();
    }
}
