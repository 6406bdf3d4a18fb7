using Causeway.Load.Generator;

namespace Causeway.Load.Compare;

/// <summary>One run of one scenario against one peer.</summary>
/// <param name="Load">What the generator saw.</param>
/// <param name="CpuSeconds">Processor time of the gateway during the run, warm-up included; 0 for direct.</param>
/// <param name="PeakResident">Most memory of the gateway during the run, bytes; 0 for direct.</param>
internal sealed record Sample(LoadResult Load, double CpuSeconds, long PeakResident)
{
    public double CpuMicrosecondsPerRequest => CpuSeconds * 1e6 / Math.Max(1, Load.TotalRequests);

    public double CpuMicrosecondsPerEvent => CpuSeconds * 1e6 / Math.Max(1, Load.TotalEvents);
}

/// <summary>Median, least and greatest over the rounds, and how many these were.</summary>
internal readonly record struct Spread(double Median, double Min, double Max, int Count)
{
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            return null;
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1], sorted.Length);
    }
}

/// <summary>Every sample of a comparison, by peer and scenario, in the order of the rounds.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<(string Peer, Scenario Scenario), List<Sample>> _samples = [];

    public void Add(string peer, Scenario scenario, Sample sample)
    {
        if (!_samples.TryGetValue((peer, scenario), out var samples))
            _samples[(peer, scenario)] = samples = [];
        samples.Add(sample);
    }

    public IReadOnlyList<Sample> Of(string peer, Scenario scenario) => _samples.TryGetValue((peer, scenario), out var samples) ? samples : [];

    public Spread? Value(string peer, Scenario scenario, Func<Sample, double> select) => Spread.Of(Of(peer, scenario).Select(select));

    /// <summary>Compared within each round, so that a machine that slowly changes its speed does not show.</summary>
    public Spread? Ratio(string peer, string baseline, Scenario scenario, Func<Sample, double> select)
        => Spread.Of(Of(peer, scenario).Zip(Of(baseline, scenario), (a, b) => select(a) / select(b)).Where(double.IsFinite));

    /// <summary>What the peer adds to the baseline, compared within each round.</summary>
    public Spread? Added(string peer, string baseline, Scenario scenario, Func<Sample, double> select)
        => Spread.Of(Of(peer, scenario).Zip(Of(baseline, scenario), (a, b) => select(a) - select(b)));

    public IEnumerable<(string Peer, Scenario Scenario, long Errors, string Problem)> Failures() =>
        from entry in _samples
        let errors = entry.Value.Sum(sample => sample.Load.Errors)
        where errors > 0
        select (entry.Key.Peer, entry.Key.Scenario, errors, entry.Value.SelectMany(sample => sample.Load.Problems).FirstOrDefault(""));
}
