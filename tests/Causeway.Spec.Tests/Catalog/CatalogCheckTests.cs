using System.Text;
using Causeway.Spec.Catalog;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Catalog;

public sealed class CatalogCheckTests
{
    private const string OpenAi = "https://api.openai.com/v1";
    private const string Oregon = "https://bedrock-mantle.us-west-2.api.aws/v1";
    private const string SaoPaulo = "https://bedrock-mantle.sa-east-1.api.aws/v1";
    private static readonly DateOnly _today = new(2026, 11, 22);

    [Fact]
    public void A_retired_model_is_an_error_with_its_date_and_what_its_provider_suggests() => Assert.Equal(
        "causeway.yaml:3:77: error SPEC0031: model 'gpt-4' of upstream 'acme' has retired on 2026-10-23 (its provider suggests 'gpt-5.6-sol')",
        Assert.Single(Check(OpenAi, "model: gpt-4")).ToString());

    [Fact]
    public void A_gateway_that_starts_with_a_model_that_has_retired_meanwhile_serves_and_warns()
    {
        var outcome = Compile(OpenAi, "model: gpt-4", new CompileOptions { Today = _today, IsServing = true });

        Assert.NotNull(outcome.Plan);
        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(outcome.Diagnostics).Severity);
    }

    [Theory]
    [InlineData("2026-10-15", null)]
    [InlineData("2026-10-16", "in 90 days")]
    [InlineData("2027-01-13", "in 1 day ")]
    [InlineData("2027-01-14", "has retired on 2027-01-14")]
    public void A_model_is_worth_a_warning_for_ninety_days(string today, string? said)
    {
        var options = new CompileOptions { Today = DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture) };
        var problems = Compile(OpenAi, "model: gpt-4o-2024-08-06", options).Diagnostics;

        if (said is null) Assert.Empty(problems);
        else Assert.Contains(said, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_forwarded_as_asked_are_held_to_their_dates_too() =>
        Assert.Equal("SPEC0031", Assert.Single(Check(OpenAi, "", match: "[gpt-4, gpt-6-luna, \"gpt-3*\"]")).Code);

    [Fact]
    public void Without_a_date_and_at_other_servers_nothing_is_said()
    {
        Assert.Empty(Compile(OpenAi, "model: gpt-4", CompileOptions.Default).Diagnostics);
        Assert.Empty(Check("http://127.0.0.1:8000/v1", "model: gpt-4"));
    }

    [Fact]
    public void A_model_outside_the_Region_is_an_error()
    {
        var problem = Assert.Single(Check(SaoPaulo, "model: google.gemma-4-31b"));

        Assert.Equal("SPEC0033", problem.Code);
        Assert.Contains("is not in sa-east-1, where upstream 'acme' is", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Check(SaoPaulo, "model: deepseek.v3.2"));
    }

    [Fact]
    public void A_slip_in_a_model_that_the_catalog_places_is_a_warning_with_the_word_that_was_meant()
    {
        var problem = Assert.Single(Check(Oregon, "model: deepsek.v3.2"));

        Assert.Equal(("SPEC0030", DiagnosticSeverity.Warning, "did you mean 'deepseek.v3.2'?"), (problem.Code, problem.Severity, problem.Hint));
    }

    [Theory]
    [InlineData("us.deepseek.v3.2")]
    [InlineData("arn:aws:bedrock:us-west-2:123456789012:imported-model/abc")]
    [InlineData("qwen.qwen3-32b-v1:0")]
    public void Names_of_an_accounts_own_and_of_the_other_host_are_no_slips(string model) => Assert.Empty(Check(Oregon, $"model: \"{model}\""));

    [Fact]
    public void The_operators_own_file_corrects_a_date_and_adds_a_model()
    {
        var catalog = ModelCatalog.BuiltIn.With(CatalogReader.Read(Encoding.UTF8.GetBytes("""
            { "catalog": 1, "upstreams": {
              "acme": { "source": "https://bedrock-mantle.us-west-2.api.aws/v1/models", "asOf": "2026-11-20",
                "models": { "deepseek.v3.2": { "shutdown": "2026-11-21" }, "deepseek.v4": {} } } } }
            """), "catalog.json"));

        Assert.Equal("SPEC0031", Assert.Single(Compile(Oregon, "model: deepseek.v3.2", new CompileOptions { Catalog = catalog, Today = _today }).Diagnostics).Code);
        Assert.Empty(Compile(Oregon, "model: deepseek.v4", new CompileOptions { Catalog = catalog, Today = _today }).Diagnostics);
    }

    [Fact]
    public void A_model_without_a_price_in_the_spec_has_the_catalogs_at_its_provider_and_none_elsewhere()
    {
        var plan = Compile(OpenAi, "model: gpt-4o").Plan!;
        var elsewhere = Compile("http://127.0.0.1:8000/v1", "model: gpt-4o").Plan!;

        Assert.Equal(new ModelPrice(2.5m, 10m, 1.25m), plan.Prices.Find("acme", "gpt-4o"));
        Assert.Contains("""{"*":{"acme":{"gpt-4o":{"cached":1.25,"completion":10,"prompt":2.5}}}}""", plan.Prices.Canonical, StringComparison.Ordinal);
        Assert.Null(elsewhere.Prices.Find("acme", "gpt-4o"));
        Assert.Equal("{}", elsewhere.Prices.Canonical);
    }

    [Fact]
    public void The_specs_own_price_wins()
    {
        var plan = SpecCompiler.Compile("x", Spec(OpenAi, "model: gpt-4o", "\"*\"") + "\nprices: { gpt-4o: { prompt: 1, completion: 2 } }\n", Specs.Environment).Plan!;

        Assert.Equal(new ModelPrice(1, 2, 1), plan.Prices.Find("acme", "gpt-4o"));
        Assert.Empty(plan.Prices.Listed);
    }

    [Fact]
    public void A_pattern_that_is_forwarded_as_asked_brings_the_prices_of_the_models_under_it()
    {
        var prices = Compile(OpenAi, "", match: "\"gpt-4o*\"").Plan!.Prices;

        Assert.NotNull(prices.Find("acme", "gpt-4o-mini"));
        Assert.Null(prices.Find("acme", "gpt-4.1"));
    }

    [Fact]
    public void A_plan_knows_which_of_its_models_have_an_end_and_its_hash_does_not_depend_on_it()
    {
        var plan = Compile(OpenAi, "model: gpt-4o").Plan!;
        var sunset = Assert.Single(plan.Sunsets.All);

        Assert.Equal(("acme", "gpt-4o", new DateOnly(2027, 1, 14)), (sunset.Upstream, sunset.Model, sunset.Shutdown));
        Assert.Same(sunset, plan.Sunsets.Find("acme", "gpt-4o", null));
        Assert.Same(sunset, plan.Sunsets.Find("other", "deepseek.v3.2", "gpt-4o"));
        Assert.Null(plan.Sunsets.Find("other", "deepseek.v3.2", "gpt-5"));
        Assert.DoesNotContain("2027", plan.Canonical, StringComparison.Ordinal);
    }

    private static IEnumerable<Diagnostic> Check(string baseUrl, string model, string match = "\"*\"") =>
        Compile(baseUrl, model, new CompileOptions { Today = _today }, match).Diagnostics;

    private static CompileOutcome Compile(string baseUrl, string model, CompileOptions? options = null, string match = "\"*\"") =>
        SpecCompiler.Compile("causeway.yaml", Spec(baseUrl, model, match), Specs.Environment, options);

    private static string Spec(string baseUrl, string model, string match) => $$"""
        apiVersion: causeway/v1
        upstreams: { acme: { type: openai-compatible, baseUrl: {{baseUrl}} } }
        routes: { all: { match: { model: {{match}} }, targets: [ { upstream: acme, {{model}} } ] } }
        """;
}
