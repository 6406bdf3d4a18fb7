using System.Net;
using System.Text.Json;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Adapt;

public sealed class ParamsOverHttpTests
{
    [Fact]
    public async Task A_caller_is_told_what_became_of_the_request()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl, "lenient"));

        using var answer = await gateway.SendAsync(TestGateway.Chat(more: ",\"seed\":1,\"max_tokens\":9"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("seed=dropped", Assert.Single(answer.Headers.GetValues("x-causeway-params")));
        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Hello"}],"max_tokens":9}""", upstream.Requests.Single().Body);
    }

    [Fact]
    public async Task A_strict_route_answers_400_and_asks_nobody()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl, "strict"));

        using var answer = await gateway.SendAsync(TestGateway.Chat(more: ",\"seed\":1"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var error = body.RootElement.GetProperty("error");
        Assert.Equal(("seed", "unsupported_parameter"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Contains("profile 'bedrock-deepseek-v3.2'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("seed=refused", Assert.Single(answer.Headers.GetValues("x-causeway-params")));
        Assert.Empty(upstream.Requests);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.Refused, 400, "seed=refused"), (row.Outcome, row.Status, row.Params));
    }

    [Fact]
    public async Task A_request_that_left_as_it_came_has_no_receipt()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(upstream.BaseUrl, "lenient"));
        var body = TestGateway.Chat(more: ",\"max_tokens\":9");

        using var answer = await gateway.SendAsync(body);

        Assert.False(answer.Headers.Contains("x-causeway-params"));
        Assert.Equal(body, upstream.Requests.Single().Body);
    }

    [Fact]
    public async Task A_receipt_is_of_the_target_that_answered()
    {
        await using var first = FakeUpstream.Json("{}");
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams:
              a: { type: openai-compatible, baseUrl: "{{first.BaseUrl}}", profile: bedrock }
              b: { type: openai-compatible, baseUrl: "{{second.BaseUrl}}" }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: a }, { upstream: b } ] } }
            """);

        using var answer = await gateway.SendAsync(TestGateway.Chat(more: ",\"seed\":1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("x-causeway-params"));
    }

    private static string Spec(string baseUrl, string mode) => $$"""
        upstreams: { fake: { type: openai-compatible, baseUrl: "{{baseUrl}}", profile: bedrock-deepseek-v3.2 } }
        params: {{mode}}
        routes: { all: { match: { model: "*" }, targets: [ { upstream: fake } ] } }
        """;
}
