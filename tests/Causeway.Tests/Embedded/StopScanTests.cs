using Causeway.Embedded;

namespace Causeway.Tests.Embedded;

public sealed class StopScanTests
{
    [Theory]
    [InlineData("one two three", "two", "one ", true)]
    [InlineData("one two three", "four", "one two three", false)]
    [InlineData("aaab", "aab", "a", true)]
    [InlineData("ababac", "abac", "ab", true)]
    [InlineData("END", "END", "", true)]
    [InlineData("almost EN", "END", "almost EN", false)]
    public void A_sequence_is_found_however_the_text_is_cut(string text, string stop, string expected, bool isHit)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            var scan = new StopScan([stop]);
            var said = string.Concat(text.Chunk(size).Select(piece => scan.Push(new string(piece))));

            Assert.Equal(expected, said + scan.Finish());
            Assert.Equal(isHit, scan.IsHit);
        }
    }

    [Fact]
    public void The_first_of_several_ends_the_text()
    {
        var scan = new StopScan(["three", "two"]);

        Assert.Equal("one ", scan.Push("one two three"));
        Assert.Equal("", scan.Push("more"));
    }

    [Fact]
    public void Without_sequences_nothing_is_held_back() => Assert.Equal("text", new StopScan([]).Push("text"));
}
