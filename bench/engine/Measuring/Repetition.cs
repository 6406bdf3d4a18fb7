using System.Globalization;

namespace Causeway.EngineBench.Measuring;

/// <summary>One measurement of one figure; a line of text between processes and in the file that keeps them.</summary>
/// <param name="Model">The type of the weights.</param>
/// <param name="Engine">Who was measured.</param>
/// <param name="Figure">What, as <c>decode/512/4</c>.</param>
/// <param name="Foreign">The share of one core that others used meanwhile.</param>
internal readonly record struct Repetition(string Model, string Engine, string Figure, double Value, double Foreign)
{
    private const string Mark = "measured";

    public bool IsClean => Foreign <= CpuReading.Limit;

    public static bool TryParse(string line, out Repetition repetition)
    {
        repetition = default;
        if (line.Split(' ') is not [Mark, var model, var engine, var figure, var value, var foreign]) return false;
        repetition = new Repetition(model, engine, figure, double.Parse(value, CultureInfo.InvariantCulture), double.Parse(foreign, CultureInfo.InvariantCulture));
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mark} {Model} {Engine} {Figure} {Value:R} {Foreign:R}");
}
