using System.Globalization;

namespace Causeway.Ledger.Tests.Storage;

/// <summary>These numbers are in databases: lines may be added here, never changed.</summary>
public sealed class StoredNumbersTests
{
    [Fact]
    public void Outcomes_keep_their_numbers() =>
        Assert.Equal(["0 Succeeded", "1 Refused", "2 Failed", "3 Cut", "4 ClientGone"], Numbers<Outcome>());

    [Fact]
    public void Usage_sources_keep_their_numbers() => Assert.Equal(["0 None", "1 Upstream", "2 Counted"], Numbers<UsageSource>());

    private static IEnumerable<string> Numbers<T>() where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToInt32(value, CultureInfo.InvariantCulture)} {value}"));
}
