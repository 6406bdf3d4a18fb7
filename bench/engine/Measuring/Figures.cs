namespace Causeway.EngineBench.Measuring;

/// <summary>The median of the clean repetitions of a figure.</summary>
/// <param name="Median">Null when none was clean.</param>
internal readonly record struct Figure(double? Median, int Clean, int Discarded)
{
    public bool WasTried => Clean + Discarded > 0;
}

/// <summary>Everything that was measured.</summary>
internal sealed class Figures
{
    private readonly Dictionary<(string Model, string Engine, string Figure), List<Repetition>> _repetitions = [];

    public int Discarded => _repetitions.Values.Sum(list => list.Count(repetition => !repetition.IsClean));

    public int Count => _repetitions.Values.Sum(list => list.Count);

    public void Add(Repetition repetition)
    {
        var key = (repetition.Model, repetition.Engine, repetition.Figure);
        if (!_repetitions.TryGetValue(key, out var list)) _repetitions[key] = list = [];
        list.Add(repetition);
    }

    public Figure Of(string model, string engine, string figure)
    {
        if (!_repetitions.TryGetValue((model, engine, figure), out var list)) return default;
        double[] clean = [.. list.Where(repetition => repetition.IsClean).Select(repetition => repetition.Value)];
        return new Figure(Median(clean), clean.Length, list.Count - clean.Length);
    }

    public bool Has(string model) => _repetitions.Keys.Any(key => key.Model == model);

    /// <summary>The middle one, or the mean of the two in the middle; null of nothing.</summary>
    public static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return null;
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The least value that at least this share of them does not exceed (nearest rank).</summary>
    /// <param name="sorted">At least one, ascending.</param>
    /// <param name="share">0 to 1.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
}
