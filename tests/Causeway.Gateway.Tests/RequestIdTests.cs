namespace Causeway.Gateway.Tests;

public sealed class RequestIdTests
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_sort_by_the_microsecond_of_their_start()
    {
        var ids = Enumerable.Range(0, 2_500).Select(micros => RequestId.New(_noon.AddMicroseconds(micros))).ToArray();
        Assert.Equal(ids, ids.OrderBy(id => Convert.ToHexString(id.ToByteArray(bigEndian: true)), StringComparer.Ordinal));
    }

    [Fact]
    public void An_id_is_a_version_7_of_its_millisecond_and_no_other_has_it()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => RequestId.New(_noon)).ToArray();
        Assert.Equal(1_000, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal((7, $"{_noon.ToUnixTimeMilliseconds():x12}"), (id.Version, id.ToString("N")[..12])));
        Assert.All(ids, id => Assert.InRange(id.Variant, 8, 11));
    }
}
