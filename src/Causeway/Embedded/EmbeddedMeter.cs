using System.Diagnostics.Metrics;

namespace Causeway.Embedded;

/// <summary>What the gauges of one upstream show, as of now.</summary>
/// <param name="Waiting">Requests that wait for their turn.</param>
/// <param name="Active">Sequences that are being computed.</param>
/// <param name="Tokens">Of all answers so far, of models that have gone too; warm-ups are among them.</param>
internal readonly record struct EmbeddedGauges(int LoadedModels, int Waiting, int Active, long Tokens, long MemoryBytes);

/// <summary>The numbers of the embedded models, as instruments of the meter <see cref="Name"/>; they cost nothing while nobody listens.</summary>
internal sealed class EmbeddedMeter : IDisposable
{
    public const string Name = "Causeway.Embedded";

    private readonly Meter _meter;
    private readonly Histogram<double> _loads;
    private readonly Counter<long> _unloads;
    private readonly Counter<long> _refusals;

    /// <param name="upstream">Its name is a tag of every number.</param>
    public EmbeddedMeter(string upstream, Func<EmbeddedGauges> now)
    {
        _meter = new Meter(new MeterOptions(Name) { Tags = [new("upstream", upstream)] });
        _loads = _meter.CreateHistogram<double>("causeway.embedded.load.duration", "s", "From the first request for a model until it was ready, warm-up included.");
        _unloads = _meter.CreateCounter<long>("causeway.embedded.unloads", "{model}", "Models that were unloaded because nobody asked or another needed the room.");
        _refusals = _meter.CreateCounter<long>("causeway.embedded.refusals", "{request}", "Requests that were turned away because of memory or a full queue, by code.");
        _meter.CreateObservableGauge("causeway.embedded.models", () => now().LoadedModels, "{model}", "Models in memory.");
        _meter.CreateObservableGauge("causeway.embedded.queue", () => now().Waiting, "{request}", "Requests that wait for their turn.");
        _meter.CreateObservableGauge("causeway.embedded.active", () => now().Active, "{sequence}", "Sequences that are being computed.");
        _meter.CreateObservableCounter("causeway.embedded.tokens", () => now().Tokens, "{token}", "Tokens of answers, all models together.");
        _meter.CreateObservableGauge("causeway.embedded.memory", () => now().MemoryBytes, "By", "Weights and caches of the models in memory, as estimated before loading.");
    }

    public void Loaded(string model, TimeSpan took) => _loads.Record(took.TotalSeconds, new KeyValuePair<string, object?>("model", model));

    public void Unloaded(string model) => _unloads.Add(1, new KeyValuePair<string, object?>("model", model));

    public void Refused(string? code) => _refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Dispose() => _meter.Dispose();
}
