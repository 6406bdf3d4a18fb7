using System.Security.Cryptography;
using System.Text;

namespace Causeway.Load.Peers;

/// <summary>A published `causeway` binary, plain or with everything on.</summary>
internal sealed class CausewayPeer : Peer
{
    private const string PortPlaceholder = "@MOCK_PORT@";
    private const string HashPlaceholder = "@KEY_HASH@";

    // The ledger is always on, so it is part of "plain" too.
    private const string PlainSpec = $$"""
        apiVersion: causeway/v1
        upstreams:
          mock: { type: openai-compatible, baseUrl: "http://127.0.0.1:{{PortPlaceholder}}/v1" }
        routes:
          all: { match: { model: "*" }, targets: [ { upstream: mock } ] }
        limits: { concurrentRequests: 10000 }

        """;

    private const string GovernedSpec = $$"""
        {{PlainSpec}}
        keys:
          - { name: bench, hash: "sha256:{{HashPlaceholder}}" }
        prices:
          gpt-4o: { prompt: 2.5, completion: 10 }

        """;

    private readonly string _program;
    private readonly string _spec;
    private readonly string _kind;

    private CausewayPeer(Bench bench, string program, string kind, string spec)
        : base(bench, $"causeway {kind}")
    {
        if (!File.Exists(program))
            throw new UsageException($"there is no causeway binary at {program}; publish one (bench/run.sh does)");
        _program = Path.GetFullPath(program);
        _kind = kind;
        _spec = spec;
    }

    public override string Description => $"binary {BinaryHash()}, {_kind} ({Summary()})";

    public static CausewayPeer Plain(Bench bench, string program) => new(bench, program, "plain", PlainSpec);

    /// <param name="bench">The run.</param>
    /// <param name="program">Path of the binary.</param>
    /// <param name="specFile">A spec to use instead of the built-in one; @MOCK_PORT@ and @KEY_HASH@ in it are filled in.</param>
    public static CausewayPeer Governed(Bench bench, string program, string? specFile)
        => new(bench, program, "governed", specFile is null ? GovernedSpec : File.ReadAllText(specFile));

    protected override ChildProcess Launch()
    {
        var data = Directory.CreateDirectory(Path.Combine(Bench.Folder, $"causeway-{_kind}")).FullName;
        var spec = Path.Combine(data, "causeway.yaml");
        File.WriteAllText(spec, _spec
            .Replace(PortPlaceholder, $"{Bench.MockPort}", StringComparison.Ordinal)
            .Replace(HashPlaceholder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Bench.Key))), StringComparison.Ordinal));
        return new ChildProcess(Name, Bench.Placement.Gateway, _program, "serve", "-f", spec, "--listen", $"127.0.0.1:{Port}", "--data", data);
    }

    /// <summary>From the file itself, so that the report cannot name another build than the one that ran.</summary>
    private string BinaryHash()
    {
        using var file = File.OpenRead(_program);
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))[..12]} ({file.Length / 1e6:N1} MB)";
    }

    private string Summary()
    {
        string[] sections = ["keys", "prices", "limits", "guardrails"];
        return string.Join(", ", sections.Where(name => _spec.Contains($"{name}:", StringComparison.Ordinal)).Append("ledger"));
    }
}
