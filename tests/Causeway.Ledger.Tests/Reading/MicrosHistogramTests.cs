using Causeway.Ledger.Reading;
using CsCheck;

namespace Causeway.Ledger.Tests.Reading;

public sealed class MicrosHistogramTests
{
    [Fact]
    public void Percentiles_are_at_most_one_percent_above_the_nearest_rank() => Gen.Long[0, 1L << 45].Array[1, 200].Sample(values =>
    {
        var histogram = new MicrosHistogram();
        foreach (var value in values)
            histogram.Add(value);
        var sorted = values.Order().ToArray();
        var found = histogram.Percentiles();
        return IsNear(found.P50, sorted[(values.Length - 1) / 2]) && IsNear(found.P95, sorted[(int)Math.Ceiling(0.95 * values.Length) - 1]);
    });

    [Fact]
    public void Small_values_are_exact() => Gen.Long[0, 255].Sample(value => Of(value).P50 == value);

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Nonsense_is_clamped(long value, long expected) => Assert.Equal(expected, Of(value).P95);

    [Fact]
    public void Nothing_measured_is_null() => Assert.Equal(new Percentiles(null, null), new MicrosHistogram().Percentiles());

    private static Percentiles Of(long value)
    {
        var histogram = new MicrosHistogram();
        histogram.Add(value);
        return histogram.Percentiles();
    }

    private static bool IsNear(long? found, long exact) => found >= exact && found <= exact + exact / 100 + 1;
}
