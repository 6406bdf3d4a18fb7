using Causeway.Ledger.Reading;

namespace Causeway.Ledger.Tests.Reading;

public sealed class StatusRangeTests
{
    [Theory]
    [InlineData("429", 429, 429)]
    [InlineData("5xx", 500, 599)]
    [InlineData("4XX", 400, 499)]
    public void A_status_or_a_class_is_read(string text, int first, int last)
    {
        Assert.True(StatusRange.TryParse(text, out var range));
        Assert.Equal(new StatusRange(first, last), range);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("6xx")]
    [InlineData("4x9")]
    [InlineData("+42")]
    [InlineData("2000")]
    public void Anything_else_is_not(string? text) => Assert.False(StatusRange.TryParse(text, out _));
}
