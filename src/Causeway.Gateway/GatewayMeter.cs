using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Ledger;

namespace Causeway.Gateway;

/// <summary>The gateway's numbers, as <c>System.Diagnostics.Metrics</c> instruments of the meter <see cref="GatewayServer.TelemetryName"/>; they cost nothing while nobody listens.</summary>
internal sealed class GatewayMeter : IDisposable
{
    private static readonly string[] _outcomes = Enum.GetNames<Outcome>();
    private readonly Meter _meter = new(GatewayServer.TelemetryName);
    private readonly Counter<long> _exchanges;
    private readonly Counter<long> _unauthorized;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _overhead;

    public GatewayMeter()
    {
        _exchanges = _meter.CreateCounter<long>("causeway.exchanges", "{exchange}", "Settled exchanges by outcome and status.");
        _unauthorized = _meter.CreateCounter<long>("causeway.unauthorized", "{request}", "Requests without a valid key; they are counted, not recorded.");
        _duration = _meter.CreateHistogram<double>("causeway.exchange.duration", "s", "From the request's arrival to its settlement.");
        _overhead = _meter.CreateHistogram<double>("causeway.exchange.overhead", "s", "Duration without waiting for the upstream or the caller.");
    }

    public void Settled(Outcome outcome, int status, long durationMicros, long overheadMicros)
    {
        if (!_exchanges.Enabled && !_duration.Enabled && !_overhead.Enabled) return;
        var tags = new TagList { { "outcome", _outcomes[(int)outcome] }, { "status", status } };
        _exchanges.Add(1, tags);
        _duration.Record(durationMicros / 1e6, tags);
        _overhead.Record(overheadMicros / 1e6, tags);
    }

    public void Unauthorized() => _unauthorized.Add(1);

    public void Dispose() => _meter.Dispose();
}
