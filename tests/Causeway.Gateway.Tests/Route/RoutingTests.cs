using System.Net.Http.Headers;
using Causeway.Spec.Plans;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Route;

public sealed class RoutingTests
{
    private static string Conditional(FakeUpstream upstream, string keys = "") => $$"""
        upstreams: { fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" } }
        routes:
          support: { match: { model: m, header: { x-team: support } }, targets: [ { upstream: fake, model: for-support } ] }
          gold: { match: { model: m, metadata: { tier: [gold, platinum] } }, targets: [ { upstream: fake, model: for-gold } ] }
          code: { match: { model: m, task: code }, targets: [ { upstream: fake, model: for-code } ] }
          agent: { match: { model: m, task: agent }, targets: [ { upstream: fake, model: for-agent } ] }
          rest: { match: { model: m }, targets: [ { upstream: fake, model: for-all } ] }
          strict: { match: { model: s, header: { x-team: support } }, targets: [ { upstream: fake } ] }
        {{keys}}
        """;

    [Theory]
    [InlineData("", "", "hi", "for-all", "rest; task=chat; reason=default")]
    [InlineData("x-team: support", "", "hi", "for-support", "support")]
    [InlineData("x-team: Support", "", "hi", "for-all", "rest; task=chat; reason=default")]
    [InlineData("", "\"metadata\":{\"tier\":\"platinum\"}", "hi", "for-gold", "gold")]
    [InlineData("x-team: support", "\"metadata\":{\"tier\":\"gold\"}", "hi", "for-support", "support")]
    [InlineData("", "", "```cs```", "for-code", "code; task=code; reason=code-fence")]
    [InlineData("", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "```cs```", "for-agent", "agent; task=agent; reason=tools")]
    [InlineData("x-causeway-task: code", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "hi", "for-code", "code; task=code; reason=header")]
    [InlineData("x-causeway-task: chat", "", "```cs```", "for-all", "rest; task=chat; reason=header")]
    public async Task The_most_specific_route_that_holds_serves_and_says_why(string header, string member, string content, string served, string told)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Conditional(upstream));

        using var answer = await SendAsync(gateway, Chat("m", content, member), header);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(told, Told(answer));
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal(served, row.ServedModel);
        Assert.Equal(told, row.RouteReason is null ? row.Route : $"{row.Route}; {row.RouteReason}");
        Assert.Contains(served, Assert.Single(upstream.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_does_not_exist_is_a_400()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Conditional(upstream));

        using var answer = await SendAsync(gateway, Chat("m", "hi"), "x-causeway-task: sing");

        await CallerErrorTests.AssertErrorAsync(answer, 400, "unknown_task");
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task A_model_whose_conditions_do_not_hold_is_listed_but_not_found()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Conditional(upstream));

        using var answer = await SendAsync(gateway, Chat("s", "hi"));

        Assert.Equal(200, (int)(await gateway.Http.GetAsync("/v1/models/s")).StatusCode);
        var error = await CallerErrorTests.AssertErrorAsync(answer, 404, "model_not_found", "model");
        Assert.Contains("conditions", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_chooses_the_route()
    {
        var (ci, ciHash) = KeyHash.New();
        var (web, webHash) = KeyHash.New();
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" } }
            keys: [ { name: ci, hash: "{{ciHash}}" }, { name: web, hash: "{{webHash}}" } ]
            routes:
              cheap: { match: { model: m, key: ci }, targets: [ { upstream: fake, model: small } ] }
              good: { match: { model: m }, targets: [ { upstream: fake, model: big } ] }
            """);

        foreach (var key in new[] { ci, web })
        {
            gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await SendAsync(gateway, Chat("m", "hi"));
        }

        Assert.Equal([("ci", "small"), ("web", "big")], (await gateway.SettledAsync(2)).Select(row => (row.Key, row.ServedModel)).Order());
    }

    [Fact]
    public async Task A_plain_route_says_nothing_and_reads_nothing()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await SendAsync(gateway, Chat("m", "hi"), "x-causeway-task: sing");

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("x-causeway-route"));
        Assert.Null(Assert.Single(await gateway.SettledAsync()).RouteReason);
    }

    [Theory]
    [InlineData("conversation", "x-causeway-conversation: {0}", "", "header")]
    [InlineData("conversation", "", "\"prompt_cache_key\":\"{0}\"", "prompt_cache_key")]
    [InlineData("user", "", "\"safety_identifier\":\"{0}\",\"user\":\"x\"", "safety_identifier")]
    [InlineData("user", "", "\"user\":\"{0}\"", "user")]
    [InlineData("user", "x-causeway-conversation: {0}", "", "header")]
    public async Task A_draw_sticks_to_what_the_route_says(string sticky, string header, string member, string source)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Weighted(upstream.BaseUrl, sticky));

        for (var turn = 0; turn < 3; turn++)
            for (var id = 0; id < 12; id++)
                using (await SendAsync(gateway, Chat("m", $"turn {turn}", Filled(member, id)), Filled(header, id))) { }

        var rows = await gateway.SettledAsync(36);
        Assert.All(rows, row => Assert.Equal($"sticky={source}", row.RouteReason));
        var served = Served(upstream);
        Assert.Equal(served[..12], served[12..24]);
        Assert.Equal(served[..12], served[24..]);
        Assert.Equal(2, served.Distinct().Count());
    }

    [Fact]
    public async Task Without_a_name_a_conversation_is_known_by_its_opening()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Weighted(upstream.BaseUrl, "conversation"));

        for (var id = 0; id < 12; id++)
        {
            using (await SendAsync(gateway, Messages($$"""{"role":"user","content":"Hello {{id}}"}"""))) { }
            using (await SendAsync(gateway, Messages($$"""{"role":"user","content":"Hello {{id}}"},{"role":"assistant","content":"Hi"},{"role":"user","content":"More"}"""))) { }
        }

        Assert.All(Served(upstream).Chunk(2), pair => Assert.Equal(pair[0], pair[1]));
        Assert.Equal(2, Served(upstream).Distinct().Count());
    }

    [Fact]
    public async Task A_draw_can_be_recomputed_from_the_ledger_when_it_sticks_to_nothing()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Weighted(upstream.BaseUrl, "none"));

        for (var i = 0; i < 20; i++)
            using (await SendAsync(gateway, Chat("m", "hi"))) { }

        var draw = gateway.Plans.Plan.Routes.DrawOf(gateway.Plans.Plan.Routes.All[0]);
        foreach (var row in await gateway.SettledAsync(20))
            Assert.Equal(row.ServedModel, draw.Orders[draw.Draw(TargetDraw.Seed("w", $"request:{row.Id}"))][0].Model);
    }

    [Fact]
    public async Task The_targets_that_were_not_drawn_are_fallbacks()
    {
        await using var upstream = new FakeUpstream(exchange => exchange.Body.Contains("\"one\"", StringComparison.Ordinal)
            ? exchange.AnswerAsync(500, "application/json", "{}") : exchange.AnswerAsync(200, "application/json", Wires.Completion));
        await using var gateway = await TestGateway.StartAsync(Weighted(upstream.BaseUrl, "none"));

        for (var i = 0; i < 12; i++)
            using (var answer = await SendAsync(gateway, Chat("m", "hi"))) Assert.Equal(200, (int)answer.StatusCode);

        var rows = await gateway.SettledAsync(12);
        Assert.All(rows, row => Assert.Equal("two", row.ServedModel));
        Assert.Contains(rows, row => row.Attempts!.StartsWith("fake/one 500", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_the_breaker_of_the_first_target_is_open_the_cheaper_place_serves_and_says_so()
    {
        await using var upstream = new FakeUpstream(exchange => exchange.Body.Contains("\"big\"", StringComparison.Ordinal)
            ? exchange.AnswerAsync(500, "application/json", "{}") : exchange.AnswerAsync(200, "application/json", Wires.Completion));
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}", breaker: { failures: 1, window: 30s, open: 1m } } }
            routes:
              r: { match: { model: m }, degrade: { to: { upstream: fake, model: small }, when: breaker }, targets: [ { upstream: fake, model: big } ] }
            """);

        using var first = await SendAsync(gateway, Chat("m", "hi"));
        using var second = await SendAsync(gateway, Chat("m", "hi"));

        Assert.Equal((502, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal("r; degraded=breaker", Told(second));
    }

    [Fact]
    public async Task While_the_upstream_of_the_first_target_is_switched_off_the_cheaper_place_serves_and_says_so()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { first: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" }, cheap: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" } }
            routes:
              r: { match: { model: m }, degrade: { to: { upstream: cheap, model: small }, when: breaker }, targets: [ { upstream: first, model: big } ] }
            """);
        gateway.Plans.SetKills([new Kill(KillKind.Upstream, "first", DateTimeOffset.UnixEpoch, "drill")]);

        using var answer = await SendAsync(gateway, Chat("m", "hi"));

        Assert.Equal((200, "r; degraded=breaker"), ((int)answer.StatusCode, Told(answer)));
        Assert.Equal("cheap/small 200", Assert.Single(await gateway.SettledAsync()).Attempts);
    }

    internal static async Task<HttpResponseMessage> SendAsync(TestGateway gateway, string json, string header = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(json) };
        if (header.Split(": ") is [var name, var value]) request.Headers.Add(name, value);
        return await gateway.Http.SendAsync(request);
    }

    internal static string Chat(string model, string content, string member = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{content}}"}]{{(member.Length == 0 ? "" : "," + member)}}}""";

    internal static string? Told(HttpResponseMessage answer) => answer.Headers.TryGetValues("x-causeway-route", out var values) ? values.Single() : null;

    // In the order of arrival, which ids in the ledger keep only to the millisecond.
    private static List<string> Served(FakeUpstream upstream) =>
        [.. upstream.Requests.Select(request => request.Body.Contains("\"one\"", StringComparison.Ordinal) ? "one" : "two")];

    private static string Messages(string messages) => $$"""{"model":"m","messages":[{{messages}}]}""";

    private static string Filled(string text, int id) => text.Replace("{0}", $"id-{id}", StringComparison.Ordinal);

    private static string Weighted(string baseUrl, string sticky) => $$"""
        upstreams: { fake: { type: openai-compatible, baseUrl: "{{baseUrl}}" } }
        routes:
          w:
            match: { model: m }
            sticky: {{sticky}}
            targets: [ { upstream: fake, model: one, weight: 50 }, { upstream: fake, model: two, weight: 50 } ]
        """;
}
