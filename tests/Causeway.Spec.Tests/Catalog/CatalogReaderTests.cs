using System.Text;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;
using CsCheck;

namespace Causeway.Spec.Tests.Catalog;

public sealed class CatalogReaderTests
{
    private const string Sourced = "\"source\": \"https://models.example\", \"asOf\": \"2026-11-22\", \"confidence\": \"official\"";

    [Theory]
    [InlineData("[]", "must be an object")]
    [InlineData("{ \"catalog\": 2 }", ".catalog must be 1")]
    [InlineData("{ }", ".catalog must be 1")]
    [InlineData("{ \"catalog\": 1, \"models\": {} }", ".models is no key")]
    [InlineData("{ \"catalog\": 1, \"catalog\": 1 }", "is not JSON")]
    [InlineData("{ \"catalog\": 1 } x", "is not JSON")]
    [InlineData("{ \"catalog\": 1, \"upstreams\": { \"a\": { \"source\": \"x\", \"asOf\": \"2026-11-22\", \"models\": { \"\": {} } } } }", "a name that no model can have")]
    public void A_file_that_is_no_catalog_is_refused_with_the_place(string json, string problem) => Refused(json, problem);

    [Theory]
    [InlineData("\"lifecycle\": { \"shutdown\": \"2026-13-01\", SOURCE }", "lifecycle.shutdown must be a date")]
    [InlineData("\"lifecycle\": { \"shutdwon\": \"2026-12-01\", SOURCE }", "lifecycle.shutdwon is no key")]
    [InlineData("\"lifecycle\": { \"shutdown\": \"2026-12-01\" }", "lifecycle.source is missing")]
    [InlineData("\"limits\": { \"source\": \"card\", \"asOf\": \"2026-11-22\", \"confidence\": \"official\" }", "one of the file's 'sources'")]
    [InlineData("\"limits\": { \"source\": \"https://a\", \"asOf\": \"2026-11-22\", \"confidence\": \"sure\" }", "must be one of official, third-party, unverified")]
    [InlineData("\"limits\": { \"context\": -1, SOURCE }", "limits.context must be a whole number above zero")]
    [InlineData("\"limits\": { \"context\": \"128000\", SOURCE }", "limits.context must be a whole number above zero")]
    [InlineData("\"prices\": { \"usdPerMillion\": { \"standard\": { \"prompt\": 1 } }, SOURCE }", "standard.completion is missing")]
    [InlineData("\"prices\": { \"usdPerMillion\": { \"cheap\": { \"prompt\": 1, \"completion\": 1 } }, SOURCE }", "a tier that is none of")]
    [InlineData("\"prices\": { \"usdPerMillion\": { \"flex\": { \"prompt\": -1, \"completion\": 1 } }, SOURCE }", "must be a number from 0")]
    [InlineData("\"hosts\": { \"list\": [ { \"host\": \"mantle\", \"prefix\": \"v1\", \"id\": \"m\", \"apis\": [\"chat\"] } ], SOURCE }", "prefix must begin with '/'")]
    [InlineData("\"hosts\": { \"list\": [ { \"host\": \"mantle\", \"prefix\": \"/v1\", \"id\": \"m\", \"apis\": [] } ], SOURCE }", "needs at least one API family")]
    [InlineData("\"features\": { \"set\": { \"tools\": 1 }, SOURCE }", "true and false only")]
    public void A_record_with_a_mistake_is_refused_with_the_place(string member, string problem) =>
        Refused($$"""{ "catalog": 1, "providers": { "p": { "models": { "m": { {{member.Replace("SOURCE", Sourced, StringComparison.Ordinal)}} } } } } }""", problem);

    [Fact]
    public void No_text_whatever_makes_the_reader_do_anything_but_read_or_refuse()
    {
        var whole = Encoding.UTF8.GetBytes(CatalogWriter.Write(ModelCatalog.BuiltIn.File))[..4000];
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[1, whole.Length]).Sample((at, value, length) =>
        {
            var mutated = whole.ToArray();
            mutated[at] = value;
            try
            {
                CatalogReader.Read(mutated.AsMemory(0, length), "x");
            }
            catch (CatalogFormatException refused)
            {
                Assert.StartsWith("x", refused.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void A_file_over_another_replaces_the_groups_it_has_and_leaves_the_others()
    {
        var corrected = Read($$"""
            { "catalog": 1, "providers": { "bedrock": { "models": { "deepseek.v3.2": {
              "prices": { "usdPerMillion": { "standard": { "prompt": 9, "completion": 8 } }, {{Sourced}} } } } } } }
            """);
        var before = ModelCatalog.BuiltIn.Find("bedrock", "deepseek.v3.2")!;
        var after = ModelCatalog.BuiltIn.With(corrected).Find("bedrock", "deepseek.v3.2")!;

        Assert.Equal(new ModelPrice(9, 8, 9), after.PriceOf("standard"));
        Assert.Equal((before.Name, before.Context, before.Profile), (after.Name, after.Context, after.Profile));
        Assert.Equal("bedrock", ModelCatalog.BuiltIn.With(corrected).ProviderOf(
            new UpstreamPlan { Name = "b", Kind = UpstreamKind.OpenAiCompatible, BaseUrl = new Uri("https://bedrock-mantle.us-east-1.api.aws/v1") }));
    }

    [Theory]
    [InlineData("{ \"shutdown\": \"2026-12-31\" }", "https://api.openai.com/v1", "2026-12-31")]
    [InlineData("{ \"shutdown\": null }", "https://api.openai.com/v1", null)]
    [InlineData("{ }", "https://api.openai.com/v1", "2027-01-14")]
    [InlineData("{ \"shutdown\": \"2026-12-31\" }", "https://eu.api.openai.com/v1", "2027-01-14")]
    public void An_upstreams_own_date_wins_if_it_spoke_of_dates_and_is_the_same_server(string said, string baseUrl, string? shutdown)
    {
        var listing = Read($$"""
            { "catalog": 1, "upstreams": { "acme": {
              "source": "https://api.openai.com/v1/models", "asOf": "2026-11-22", "models": { "gpt-4o": {{said}} } } } }
            """);
        var upstream = new UpstreamPlan { Name = "acme", Kind = UpstreamKind.OpenAiCompatible, BaseUrl = new Uri(baseUrl) };

        var lifecycle = ModelCatalog.BuiltIn.With(listing).Find(upstream, "gpt-4o")!.Lifecycle;

        Assert.Equal(shutdown, lifecycle.Shutdown?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("gpt-6-luna", lifecycle.Replacement);
    }

    private static CatalogFile Read(string json) => CatalogReader.Read(Encoding.UTF8.GetBytes(json), "x");

    private static void Refused(string json, string problem)
    {
        var refused = Assert.Throws<CatalogFormatException>(() => Read(json));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }
}
