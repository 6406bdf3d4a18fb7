using System.Text.Json;
using Causeway.Spec.Catalog;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;

namespace Causeway.Spec.Tests.Catalog;

public sealed class BuiltInCatalogTests
{
    [Theory]
    [InlineData("deepseek.v3.2", "bedrock-deepseek-v3.2", 164_000, 8192, "us-west-2")]
    [InlineData("minimax.minimax-m2.1", "bedrock-minimax-m2.1", 196_000, 8192, "eu-central-1")]
    [InlineData("qwen.qwen3-coder-next", "bedrock-qwen3-coder-next", 256_000, 16_384, "us-east-1")]
    public void The_models_people_migrate_to_are_there(string id, string profile, int context, int maxOutput, string region)
    {
        var model = Assert.IsType<CatalogModel>(ModelCatalog.BuiltIn.Find("bedrock", id));

        Assert.Equal((profile, context, maxOutput), (model.Profile, model.Context, model.MaxOutput));
        Assert.Contains(region, model.Regions);
        Assert.Equal((HostKind.Mantle, "/v1"), (model.Hosts[0].Host, model.Hosts[0].Prefix));
        Assert.NotNull(model.PriceOf("standard"));
    }

    [Fact]
    public void A_profile_that_a_record_names_is_built_in() =>
        Assert.Empty(ModelCatalog.BuiltIn.Models.Select(model => model.Profile).OfType<string>().Distinct().Except(BuiltInProfiles.Names));

    [Fact]
    public void A_model_is_found_by_its_id_on_either_host() => Assert.Same(
        ModelCatalog.BuiltIn.Find("bedrock", "qwen.qwen3-32b"), ModelCatalog.BuiltIn.Find("bedrock", "qwen.qwen3-32b-v1:0"));

    [Fact]
    public void A_model_that_is_known_on_one_prefix_only_says_so()
    {
        var host = Assert.Single(ModelCatalog.BuiltIn.Find("bedrock", "google.gemma-4-31b")!.Hosts);

        Assert.Equal((HostKind.Mantle, "/openai/v1"), (host.Host, host.Prefix));
    }

    [Fact]
    public void Where_nobody_has_seen_a_model_answer_is_marked() => Assert.Contains(
        ModelCatalog.BuiltIn.Find("bedrock", "deepseek.v3.2")!.Hosts,
        host => host is { Host: HostKind.Runtime, Prefix: "/openai/v1", Confidence: FactConfidence.Unverified });

    [Fact]
    public void A_pinned_model_of_OpenAI_has_its_date()
    {
        var lifecycle = ModelCatalog.BuiltIn.Find("openai", "gpt-4o-2024-08-06")!.Lifecycle;

        Assert.Equal(new DateOnly(2027, 1, 14), lifecycle.Shutdown);
        Assert.Equal("gpt-6-luna", lifecycle.Replacement);
        Assert.Equal(53, lifecycle.DaysLeft(new DateOnly(2026, 11, 22)));
        Assert.False(lifecycle.IsRetired(new DateOnly(2027, 1, 13)));
        Assert.True(lifecycle.IsRetired(new DateOnly(2027, 1, 14)));
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", "openai")]
    [InlineData("https://eu.api.openai.com/v1", "openai")]
    [InlineData("https://bedrock-mantle.us-west-2.api.aws/v1", "bedrock")]
    [InlineData("https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1", "bedrock")]
    [InlineData("https://api.openai.com.example/v1", null)]
    [InlineData("http://127.0.0.1:8000/v1", null)]
    public void An_upstream_is_recognised_by_its_host(string baseUrl, string? provider) =>
        Assert.Equal(provider, ModelCatalog.BuiltIn.ProviderOf(Upstream(baseUrl)));

    [Fact]
    public void The_Region_of_an_upstream_is_read_from_its_host()
    {
        Assert.Equal(["us-west-2"], ModelCatalog.BuiltIn.RegionsOf(Upstream("https://bedrock-mantle.us-west-2.api.aws/v1")));
        Assert.Empty(ModelCatalog.BuiltIn.RegionsOf(Upstream("http://127.0.0.1:8000/v1")));
    }

    [Fact]
    public void What_is_written_is_read_again_as_the_same_facts()
    {
        var written = CatalogWriter.Write(ModelCatalog.BuiltIn.File);

        Assert.Equal(written, CatalogWriter.Write(CatalogReader.Read(System.Text.Encoding.UTF8.GetBytes(written), "again")));
        Assert.Equal(
            ModelCatalog.BuiltIn.Models.Count(), JsonDocument.Parse(CatalogWriter.Write(ModelCatalog.BuiltIn.Models)).RootElement.GetArrayLength());
    }

    private static UpstreamPlan Upstream(string baseUrl) => new() { Name = "acme", Kind = UpstreamKind.OpenAiCompatible, BaseUrl = new Uri(baseUrl) };
}
