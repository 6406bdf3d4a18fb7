using System.Globalization;
using Causeway.EngineBench.Measuring;

namespace Causeway.EngineBench.Masks;

/// <summary>What walking over schemas and instances said.</summary>
internal sealed class MaskResult
{
    public int Vocabulary { get; set; }
    public int Schemas { get; set; }
    public int SchemasRefused { get; set; }
    public int SchemasWithoutInstances { get; set; }
    public int Valid { get; set; }
    public int ValidOutOfOrder { get; set; }
    public int ValidRefused { get; set; }
    public int Invalid { get; set; }
    public int InvalidAccepted { get; set; }
    public double Foreign { get; set; }

    /// <summary>Microseconds of each mask.</summary>
    public List<double> Masks { get; } = [];

    /// <summary>Microseconds of compiling each schema.</summary>
    public List<double> Compilations { get; } = [];

    /// <summary>Microseconds of each plan's first mask.</summary>
    public List<double> FirstMasks { get; } = [];

    /// <summary>The slowest masks and where they were.</summary>
    public PriorityQueue<string, double> Slowest { get; } = new();

    public void Keep(string place, double microseconds)
    {
        Slowest.Enqueue($"{microseconds,10:F0} µs  {place}", microseconds);
        if (Slowest.Count > 20) Slowest.Dequeue();
    }

    public string ToMarkdown()
    {
        var culture = CultureInfo.InvariantCulture;
        return string.Create(culture, $"""
            ## Constraint masks

            {Schemas:N0} schemas, {Vocabulary:N0} tokens; each valid instance goes token by token, each mask is timed, the first ones of a schema included.
            One of more than a millisecond is measured once more, under a plan made anew, and the lesser time counts: others are at work on the machine.
            Others used {Foreign:P1} of one core meanwhile{(Foreign > CpuReading.Limit ? ": **not clean**" : "")}.

            | µs | mean | p50 | p99 | max | of |
            |---|---:|---:|---:|---:|---:|
            {Row("a mask (goal: mean 60, p99 1,000)", Masks)}
            {Row("a schema's first mask", FirstMasks)}
            {Row("compiling a schema", Compilations)}

            - {SchemasRefused:N0} schemas are refused because of what they ask; {SchemasWithoutInstances:N0} of the others have no instances.
            - {Valid:N0} valid instances: {ValidRefused:N0} refused in whatever order; {ValidOutOfOrder:N0} only because their members come in another order than the schema's.
            - {Invalid:N0} invalid instances: {InvalidAccepted:N0} accepted.

            """);
    }

    private static string Row(string name, List<double> values)
    {
        if (values.Count == 0) return $"| {name} | – | – | – | – | 0 |";
        double[] sorted = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {sorted.Average():N1} | {Figures.Quantile(sorted, 0.5):N1} | {Figures.Quantile(sorted, 0.99):N1} | {sorted[^1]:N0} | {sorted.Length:N0} |");
    }
}
