using System.Text;
using Causeway.Gateway;
using Causeway.Gateway.Admit;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Identify;
using Causeway.Gateway.Route;
using Causeway.Gateway.Settle;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Benchmarks.HotPath;

/// <summary>The request pipeline, whole and real but for its two ends: no server in front, no network behind. The ledger writes to a real file.</summary>
internal sealed class CannedGateway : IAsyncDisposable
{
    public const string Spec = """
        upstreams: { canned: { type: openai-compatible, baseUrl: "http://127.0.0.1:1/v1" } }
        routes: { all: { match: { model: gpt-4o }, targets: [ { upstream: canned, model: served } ] } }
        prices: { served: { prompt: 2.5, completion: 10 } }
        """;

    private readonly TempFolder _folder = new();
    private readonly LedgerState _ledger;
    private readonly PlanState _plans;
    private readonly CallPool _calls = new(TimeProvider.System);
    private readonly GatewayMeter _meter = new();
    private readonly RequestPipeline _pipeline;
    private readonly CannedRequest _whole;
    private readonly CannedRequest _stream;

    public CannedGateway(bool withKey, bool withProfile = false)
    {
        var (key, hash) = KeyHash.New();
        var plan = TestGateway.Compile((withProfile ? Spec.Replace("model: served }", "model: served, profile: openai }", StringComparison.Ordinal) : Spec) + (withKey ? $"\nkeys: [ {{ name: bench, hash: \"{hash}\" }} ]" : ""));
        _ledger = LedgerState.Open(_folder.Path, new LedgerOptions { MaxRowsInMemory = 1 << 20 }, TimeProvider.System);
        _plans = new PlanState(plan, TimeProvider.System, _ => new CannedUpstream());
        var forwarder = new Forwarder(_plans, new UpstreamErrors(TimeProvider.System), TimeProvider.System, Random.Shared.NextDouble, NullLogger<Forwarder>.Instance);
        var budgets = new RouteBudgets(_ledger, TimeProvider.System);
        _pipeline = new RequestPipeline(_plans, _calls, new KeyCheck(isOpen: false), new Router(budgets, TimeProvider.System), new Admission(), forwarder, new Settlement(_ledger, budgets, _meter, new SunsetLog(NullLogger<SunsetLog>.Instance)));
        var authorization = withKey ? "Bearer " + key : null;
        _whole = new CannedRequest(Encoding.UTF8.GetBytes(TestGateway.Chat("gpt-4o")), authorization);
        _stream = new CannedRequest(Encoding.UTF8.GetBytes(TestGateway.Chat("gpt-4o", stream: true)), authorization);
    }

    /// <summary>Serves one request; completes synchronously, since nothing waits.</summary>
    public int Serve(bool stream)
    {
        var http = (stream ? _stream : _whole).Next();
        var served = _pipeline.HandleAsync(http, Operation.Chat);
        if (!served.IsCompletedSuccessfully) throw new InvalidOperationException("A canned request must not wait or fail.", served.Exception);
        return http.Response.StatusCode;
    }

    /// <summary>What the harness allocates by itself for one request.</summary>
    public void Idle(bool stream) => (stream ? _stream : _whole).Next();

    public Task FlushAsync() => _ledger.FlushAsync(CancellationToken.None).AsTask();

    public async ValueTask DisposeAsync()
    {
        _plans.Dispose();
        _calls.Dispose();
        _meter.Dispose();
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }
}
