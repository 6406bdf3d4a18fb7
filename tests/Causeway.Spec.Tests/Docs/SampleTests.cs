namespace Causeway.Spec.Tests.Docs;

public sealed class SampleTests
{
    public static TheoryData<string> Samples =>
        [.. Directory.GetDirectories(Repository.PathOf("samples")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Samples))]
    public void Every_sample_compiles_without_a_word_and_explains_itself(string sample)
    {
        var outcome = SpecFile.Compile(Repository.PathOf($"samples/{sample}/causeway.yaml"), static _ => Specs.Secret);

        Assert.Empty(outcome.Diagnostics);
        Assert.StartsWith("# ", Repository.Read($"samples/{sample}/README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_three_samples_are_there() =>
        Assert.Superset(new HashSet<string> { "fallback", "openai", "rehearsal" }, Samples.Select(row => row.Data).ToHashSet());
}
