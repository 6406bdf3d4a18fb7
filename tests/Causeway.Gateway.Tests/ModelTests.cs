using System.Text.Json;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

public sealed class ModelTests
{
    private const string Spec = """
        upstreams:
          fake: { type: openai-compatible, baseUrl: "http://127.0.0.1:1/v1" }
          stage: { type: rehearsal }
        routes:
          exact: { match: { model: [gpt-4o, org/model-7b] }, targets: [ { upstream: fake, model: secret-internal-name } ] }
          stage: { match: { model: "rehearsal*" }, targets: [ { upstream: stage } ] }
        """;

    [Fact]
    public async Task The_list_names_what_callers_may_ask_for_and_nothing_behind_it()
    {
        await using var gateway = await TestGateway.StartAsync(Spec);

        var text = await gateway.Http.GetStringAsync("/v1/models");

        using var json = JsonDocument.Parse(text);
        var ids = json.RootElement.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString()).ToList();
        Assert.Equal("list", json.RootElement.GetProperty("object").GetString());
        Assert.Contains("gpt-4o", ids);
        Assert.Contains("org/model-7b", ids);
        Assert.Contains("rehearsal-echo", ids);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt-4o", "gpt-4o")]
    [InlineData("org/model-7b", "org/model-7b")]
    [InlineData("org%2Fmodel-7b", "org/model-7b")]
    [InlineData("rehearsal-anything", "rehearsal-anything")]
    public async Task One_model_is_found_by_any_name_that_has_a_route(string asked, string id)
    {
        await using var gateway = await TestGateway.StartAsync(Spec);

        using var json = JsonDocument.Parse(await gateway.Http.GetStringAsync("/v1/models/" + asked));

        Assert.Equal((id, "model"), (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("object").GetString()));
    }

    [Fact]
    public async Task A_model_without_a_route_is_a_404()
    {
        await using var gateway = await TestGateway.StartAsync(Spec);

        using var answer = await gateway.Http.GetAsync("/v1/models/no-such-model");

        await CallerErrorTests.AssertErrorAsync(answer, 404, "model_not_found", "model");
    }
}
