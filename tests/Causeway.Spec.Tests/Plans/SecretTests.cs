using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Plans;

public sealed class SecretTests
{
    private static readonly Plan Full = Specs.Plan(Repository.Read("tests/Causeway.Spec.Tests/Fixtures/full.yaml"));

    [Fact]
    public void A_secret_is_on_the_wire_and_nowhere_else()
    {
        var acme = Full.Upstreams[0];
        var shown = string.Join('\n', Full.Canonical, PlanText.Render(Full), acme, acme.ApiKey, string.Join(',', acme.Headers), Full);

        Assert.DoesNotContain(Specs.Secret, shown, StringComparison.Ordinal);
        Assert.Contains("${FIRST_KEY}", shown, StringComparison.Ordinal);
        Assert.Equal(Specs.Secret, acme.ApiKey?.Reveal());
        Assert.Equal("id-" + Specs.Secret, acme.Headers.Single(header => header.Name == "X-Key").Value.Reveal());
    }

    [Theory]
    [InlineData("apiKey: sk-live-7Hq2ZpLr9VxTn4Bw8Yc3")]
    [InlineData("apiKey: \"sk-live-7Hq2ZpLr9VxTn4Bw8Yc3${A_KEY}\"")]
    [InlineData("apiKey: 7777777777777777777")]
    [InlineData("apiKey: [sk-live-7Hq2ZpLr9VxTn4Bw8Yc3]")]
    [InlineData("apiKey: \"${sk-live-7Hq2ZpLr9VxTn4Bw8Yc3}\"")]
    [InlineData("apiKey: \"${sk_live_7Hq2ZpLr9VxTn4Bw8Yc3AAAAA}\"")]
    [InlineData("apiKey: \"${BROKEN_KEY}\"")]
    [InlineData("headers: { x-api-key: sk-live-7Hq2ZpLr9VxTn4Bw8Yc3 }")]
    [InlineData("headers: { x-anything: Bearer sk-live-7Hq2ZpLr9VxTn4Bw8Yc3 }")]
    [InlineData("headers: { x-anything: \"${BROKEN_KEY}\" }")]
    [InlineData("headers: { sk-live-7Hq2ZpLr9VxTn4Bw8Yc3: [] }")]
    [InlineData("sk-live-7Hq2ZpLr9VxTn4Bw8Yc3: 1")]
    [InlineData("http: sk-live-7Hq2ZpLr9VxTn4Bw8Yc3")]
    public void A_secret_in_the_wrong_place_is_refused_and_not_repeated(string keys)
    {
        var said = string.Join('\n', Specs.Problems(Specs.WithUpstream("baseUrl: https://a.example/v1, " + keys)));

        Assert.NotEmpty(said);
        Assert.DoesNotContain("7Hq2Z", said, StringComparison.Ordinal);
        Assert.DoesNotContain("77777", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("baseUrl: https://sk-live-7Hq2ZpLr9VxTn4Bw8Yc3@a.example/v1")]
    [InlineData("baseUrl: \"https://a.example/v1?key=7Hq2Z\"")]
    [InlineData("baseUrl: \"${A_KEY}\"")]
    [InlineData("type: \"sk-live-7Hq2ZpLr9VxTn4Bw8Yc3\"")]
    public void Urls_and_types_are_not_repeated_either(string keys)
    {
        var said = string.Join('\n', Specs.Problems(Specs.WithUpstream(keys)));

        Assert.NotEmpty(said);
        Assert.DoesNotContain("7Hq2Z", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_key_prints_as_its_hash()
    {
        var made = KeyHash.New();

        Assert.DoesNotContain(made.Key, $"{made}", StringComparison.Ordinal);
    }
}
