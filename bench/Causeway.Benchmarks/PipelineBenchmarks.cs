using BenchmarkDotNet.Attributes;
using Causeway.Benchmarks.HotPath;

namespace Causeway.Benchmarks;

/// <summary>One request through the whole pipeline, without server and network.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks : IAsyncDisposable
{
    private CannedGateway _gateway = null!;

    [Params(false, true)]
    public bool WithKey { get; set; }

    [GlobalSetup]
    public void Setup() => _gateway = new CannedGateway(WithKey);

    [GlobalCleanup]
    public async Task Cleanup() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public int Whole() => _gateway.Serve(stream: false);

    [Benchmark]
    public int Stream64() => _gateway.Serve(stream: true);
}
