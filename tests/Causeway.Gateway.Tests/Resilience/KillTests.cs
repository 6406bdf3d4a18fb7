using System.Diagnostics;
using System.Net;
using Causeway.Gateway.Admin;
using Causeway.Ledger.Reading;
using Causeway.Testing;
using Causeway.Testing.Bedrock;

namespace Causeway.Gateway.Tests.Resilience;

public sealed class KillTests
{
    [Fact]
    public async Task A_killed_route_refuses_within_a_second_under_load_and_serves_again_when_it_is_switched_on()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!stop.IsCancellationRequested) (await gateway.SendAsync(TestGateway.Chat())).Dispose();
        }));
        await gateway.SettledAsync(50);
        var before = gateway.Plans.Plan.Hash;

        var clock = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.OK, await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"route","name":"all","reason":"drill"}"""));
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(answer, 503, "route_killed");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"it took {clock.Elapsed}");
        var killed = gateway.Plans.Plan.Hash;
        Assert.NotEqual(before, killed);
        Assert.Equal("drill", Assert.Single(KillFile.Read(gateway.DataFolder)).Reason);

        Assert.Equal(HttpStatusCode.OK, await AdminAsync(gateway, HttpMethod.Delete, "/route/all"));
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(before, gateway.Plans.Plan.Hash);
        await stop.CancelAsync();
        await load;
        Assert.Equal(["unkill.route", "kill.route"], Audited(gateway));
    }

    [Fact]
    public async Task A_killed_upstream_is_passed_over_and_a_route_without_another_says_so()
    {
        await using var first = FakeUpstream.Json(Wires.Completion);
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(TwoUpstreams(first, second));

        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"first"}""");
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"second"}""");
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(answer, 503, "upstream_killed");

        Assert.Empty(first.Requests);
        Assert.Contains(await gateway.SettledAsync(2), row => row.Attempts == "first skipped: killed → second 200");
    }

    [Fact]
    public async Task With_now_a_waiting_request_goes_on_to_the_next_target()
    {
        await using var silent = new FakeUpstream(e => e.UntilHangUpAsync());
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(TwoUpstreams(silent, second));
        var waiting = gateway.SendAsync(TestGateway.Chat());
        await Eventually.TrueAsync(() => silent.Requests.Count == 1, "the request waits");

        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"first","now":true}""");
        using var answer = await waiting;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Matches(@"^first killed \(\d+ ms\) → second 200$", Assert.Single(await gateway.SettledAsync()).Attempts);
    }

    [Fact]
    public async Task With_now_a_request_that_waits_for_Bedrock_goes_on_to_the_next_upstream_and_to_no_other_Region()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Script(StandInTurn.Hang());
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(TestGateway.Compile($$"""
            upstreams:
              aws: { type: bedrock, regions: [us-east-1, us-west-2], apiKey: "${KEY}", endpoint: "{{bedrock.EndpointByRegion}}" }
              second: { type: openai-compatible, baseUrl: "{{second.BaseUrl}}" }
            routes: { r: { match: { model: "*" }, targets: [ { upstream: aws, model: deepseek.v3.2 }, { upstream: second, model: m } ] } }
            """, _ => BedrockStandIn.ApiKey));
        var waiting = gateway.SendAsync(TestGateway.Chat());
        await Eventually.TrueAsync(() => bedrock.Requests.Count == 1, "the request waits");

        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"aws","now":true}""");
        using var answer = await waiting;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(bedrock.Requests);
        Assert.Matches(@"^aws/deepseek.v3.2@us-east-1 killed \(\d+ ms\) → aws/deepseek.v3.2@us-west-2 skipped: killed → second/m 200$", Assert.Single(await gateway.SettledAsync()).Attempts);
    }

    [Fact]
    public async Task A_request_in_progress_does_not_fall_back_to_an_upstream_that_was_killed_meanwhile()
    {
        var isKilled = new TaskCompletionSource();
        await using var failing = new FakeUpstream(async e =>
        {
            await isKilled.Task;
            await e.AnswerAsync(500, "application/json", "{}");
        });
        await using var second = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(TwoUpstreams(failing, second));
        var waiting = gateway.SendAsync(TestGateway.Chat());
        await Eventually.TrueAsync(() => failing.Requests.Count == 1, "the request waits");

        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"second"}""");
        isKilled.SetResult();
        using var answer = await waiting;

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Empty(second.Requests);
    }

    [Theory]
    [InlineData("kills.json.new", "kill.upstream")]
    [InlineData("kills.json", "unkill.upstream.failed", "unkill.upstream", "kill.upstream")]
    public async Task What_cannot_be_switched_on_because_its_file_cannot_be_written_stays_off_and_the_audit_log_tells_no_lie(string inTheWay, params string[] actions)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"fake"}""");
        var before = gateway.Plans.Plan.Hash;
        File.Delete(Path.Combine(gateway.DataFolder, inTheWay));
        Directory.CreateDirectory(Path.Combine(gateway.DataFolder, inTheWay));

        Assert.Equal(HttpStatusCode.InternalServerError, await AdminAsync(gateway, HttpMethod.Delete, "/upstream/fake"));

        Assert.Equal(before, gateway.Plans.Plan.Hash);
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(answer, 503, "upstream_killed");
        Assert.Equal(actions, Audited(gateway));
    }

    [Fact]
    public async Task What_is_switched_off_though_its_file_cannot_be_written_is_in_the_audit_log_all_the_same()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        Directory.CreateDirectory(Path.Combine(gateway.DataFolder, "kills.json"));

        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"upstream","name":"fake"}""");

        Assert.Contains("fake", gateway.Plans.Plan.KilledUpstreams);
        Assert.Equal(["kill.upstream"], Audited(gateway));
    }

    [Fact]
    public async Task A_kill_outlives_a_reload_and_a_restart()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"route","name":"all"}""");

        gateway.Plans.Activate(TestGateway.Compile(TestGateway.SpecFor(upstream.BaseUrl, "limits: { idle: 9s }")));
        using (var answer = await gateway.SendAsync(TestGateway.Chat())) await CallerErrorTests.AssertErrorAsync(answer, 503, "route_killed");
        using var restarted = new PlanState(TestGateway.Compile(TestGateway.SpecFor(upstream.BaseUrl)), TimeProvider.System);
        restarted.SetKills(KillFile.Read(gateway.DataFolder));
        Assert.Contains("all", restarted.Plan.KilledRoutes);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"kills":[{"kind":"planet","name":"x","since":"2026-01-01T00:00:00Z","reason":""}]}""")]
    public void A_file_of_kills_that_cannot_be_understood_is_not_taken_for_an_empty_one(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("kills.json"), text);

        Assert.Throws<IOException>(() => KillFile.Read(folder.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_its_token_the_admin_api_does_nothing(string? token)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        Assert.Equal(HttpStatusCode.Forbidden, await AdminAsync(gateway, HttpMethod.Post, "", """{"kind":"route","name":"all"}""", token));
        Assert.Empty(gateway.Plans.Kills);
    }

    [Theory]
    [InlineData("""{"kind":"route","name":"nobody"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"kind":"planet","name":"all"}""", HttpStatusCode.BadRequest)]
    [InlineData("""[]""", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task A_kill_of_nothing_is_refused(string body, HttpStatusCode status)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        Assert.Equal(status, await AdminAsync(gateway, HttpMethod.Post, "", body));
        Assert.Empty(gateway.Plans.Kills);
    }

    private static IEnumerable<string> Audited(TestGateway gateway)
    {
        using var reader = LedgerReader.Open(gateway.DataFolder);
        return [.. reader.AuditEntries(10).Select(entry => entry.Action)];
    }

    private static async Task<HttpStatusCode> AdminAsync(TestGateway gateway, HttpMethod method, string path, string? body = null, string? token = TestGateway.AdminToken)
    {
        using var request = new HttpRequestMessage(method, "/admin/v1/kills" + path) { Content = body is null ? null : TestGateway.Json(body) };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var answer = await gateway.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static string TwoUpstreams(FakeUpstream first, FakeUpstream second) => $$"""
        upstreams: { first: { type: openai-compatible, baseUrl: "{{first.BaseUrl}}" }, second: { type: openai-compatible, baseUrl: "{{second.BaseUrl}}" } }
        routes: { r: { match: { model: "*" }, targets: [ { upstream: first }, { upstream: second } ] } }
        """;
}
