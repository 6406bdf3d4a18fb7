using Causeway.Spec.Plans;
using Causeway.Spec.Values;
using CsCheck;

namespace Causeway.Spec.Tests.Sections;

public sealed class LimitTests
{
    [Fact]
    public void Silence_means_the_defaults() => Assert.Equal(new LimitsPlan(), Specs.Plan(Specs.Smallest).Limits);

    [Theory]
    [InlineData("1KiB", 1024)]
    [InlineData("1024", 1024)]
    [InlineData("\"1024\"", 1024)]
    [InlineData("1024B", 1024)]
    [InlineData("500KB", 500_000)]
    [InlineData("1.5MiB", 1_572_864)]
    [InlineData("1GiB", 1 << 30)]
    public void Sizes_take_units(string text, long bytes) =>
        Assert.Equal(bytes, Specs.Plan(Specs.Smallest + $"limits: {{ body: {text} }}\n").Limits.Body);

    [Theory]
    [InlineData("1023", "SPEC0018")]
    [InlineData("1025MiB", "SPEC0018")]
    [InlineData("999999999999999GiB", "SPEC0018")]
    [InlineData("0", "SPEC0018")]
    [InlineData("-1", "SPEC0017")]
    [InlineData("32mb", "SPEC0017")]
    [InlineData("32 MiB", "SPEC0017")]
    [InlineData("1.3B", "SPEC0017")]
    [InlineData("1e6", "SPEC0017")]
    [InlineData("99999999999999999999999", "SPEC0017")]
    [InlineData("~", "SPEC0017")]
    [InlineData("[]", "SPEC0017")]
    public void Other_sizes_are_refused(string text, string code) =>
        Assert.Equal(code, Specs.OnlyProblem(Specs.Smallest + $"limits: {{ body: {text} }}\n").Code);

    [Theory]
    [InlineData("1ms", 1)]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1500)]
    [InlineData("0.5h", 1_800_000)]
    [InlineData("24h", 86_400_000)]
    public void Durations_take_units(string text, long milliseconds) =>
        Assert.Equal(milliseconds, Specs.Plan(Specs.Smallest + $"limits: {{ total: {text} }}\n").Limits.Total.TotalMilliseconds);

    [Theory]
    [InlineData("0s", "SPEC0018")]
    [InlineData("25h", "SPEC0018")]
    [InlineData("999999999999999h", "SPEC0018")]
    [InlineData("10", "SPEC0016")]
    [InlineData("10 s", "SPEC0016")]
    [InlineData("1m30s", "SPEC0016")]
    [InlineData("-1s", "SPEC0016")]
    [InlineData("0.5ms", "SPEC0016")]
    [InlineData("1d", "SPEC0016")]
    [InlineData("٣s", "SPEC0016")]
    [InlineData("\"1s\\n\"", "SPEC0016")]
    public void Other_durations_are_refused(string text, string code) =>
        Assert.Equal(code, Specs.OnlyProblem(Specs.Smallest + $"limits: {{ total: {text} }}\n").Code);

    [Theory]
    [InlineData("0")]
    [InlineData("100001")]
    [InlineData("99999999999")]
    public void Concurrency_is_bounded(string text) =>
        Assert.Equal("SPEC0018", Specs.OnlyProblem(Specs.Smallest + $"limits: {{ concurrentRequests: {text} }}\n").Code);

    [Fact]
    public void A_duration_reads_back_as_it_was_written() => Gen.Int[0, int.MaxValue].Sample(milliseconds =>
        DurationText.Parse(DurationText.Format(TimeSpan.FromMilliseconds(milliseconds))) == TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void A_size_reads_back_as_it_was_written() => Gen.Long[0, 1L << 40].Sample(bytes =>
        SizeText.Parse(SizeText.Format(bytes)) == bytes);
}
