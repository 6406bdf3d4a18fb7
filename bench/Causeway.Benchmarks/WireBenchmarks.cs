using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Testing;
using Causeway.Wire.Chat;

namespace Causeway.Benchmarks;

/// <summary>The scans on the hot path, by body size.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private byte[] _request = [];
    private byte[] _chunk = [];
    private readonly ChunkTap _tap = new();

    [Params(100, 32_000, 1_000_000)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _request = Encoding.UTF8.GetBytes(TestGateway.Chat("gpt-4o", more: $",\"x\":\"{new string('x', BodyBytes)}\""));
        _chunk = Encoding.UTF8.GetBytes("{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"},\"finish_reason\":null}]}");
    }

    [Benchmark]
    public bool RequestScan() => ChatEnvelope.TryRead(_request, out _, out _);

    [Benchmark]
    public ChunkTraits StreamEvent() => _tap.Read(_chunk);
}
