using System.Text;
using System.Text.Json;
using Causeway.Testing;
using Causeway.Testing.Bedrock;

namespace Causeway.EndToEnd.Tests;

public sealed class CatalogVerbTests
{
    private const string Completion = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    [Fact]
    public async Task An_upstreams_own_dates_are_asked_for_kept_checked_sent_to_callers_and_reported()
    {
        await using var upstream = Upstream("""{"object":"list","data":[{"id":"old","shutdown_date":"2099-12-31"},{"id":"older","shutdown_date":"2020-01-01"},{"id":"young"}]}""");
        using var folder = new TempFolder();
        var secret = new Dictionary<string, string> { ["UP_KEY"] = "sk-very-secret" };
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), Spec(upstream, "old"), TestContext.Current.CancellationToken);

        var (exit, changes, errors) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "refresh"], secret);
        Assert.True(exit == 0, errors);
        Assert.Contains("+ upstream up/old listed\n    now shutdown 2099-12-31", changes, StringComparison.Ordinal);
        Assert.Equal("Bearer sk-very-secret", upstream.Requests.Single().Header("Authorization"));
        Assert.StartsWith("GET /v1/models ", upstream.Requests.Single().Head, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-very-secret", await File.ReadAllTextAsync(folder.File(".causeway/catalog.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await File.WriteAllTextAsync(folder.File("older.yaml"), Spec(upstream, "older"), TestContext.Current.CancellationToken);
        var (refused, _, problems) = await CausewayProcess.RunAsync(folder.Path, ["check", "-f", "older.yaml"], secret);
        Assert.Equal(2, refused);
        Assert.Contains("error SPEC0031: model 'older' of upstream 'up' has retired on 2020-01-01", problems, StringComparison.Ordinal);

        var (program, address) = await CausewayProcess.ServeAsync(folder.Path, environment: secret);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        using var request = new StringContent("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), request, TestContext.Current.CancellationToken);
        Assert.Equal("Thu, 31 Dec 2099 00:00:00 GMT", answer.Headers.GetValues("Sunset").Single());

        var report = await Eventually.GetAsync(
            async () => (await CausewayProcess.RunAsync(folder.Path, ["catalog", "sunset", "--json"], secret)).Output,
            output => output.Contains("\"requests_30d\":1", StringComparison.Ordinal), "the report counts the request");
        var row = JsonDocument.Parse(report).RootElement.EnumerateArray().Single();
        Assert.Equal(("up", "old", "2099-12-31"), (row.GetProperty("upstream").GetString(), row.GetProperty("model").GetString(), row.GetProperty("shutdown").GetString()));
        Assert.True(row.GetProperty("days_left").GetInt32() > 20_000);
    }

    [Fact]
    public async Task Bedrock_is_asked_in_each_of_its_Regions_with_a_signature()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Use(new StandInModel("acme.new-model") { MantlePrefix = "/v1" });
        using var folder = new TempFolder();
        var secrets = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = bedrock.Credentials.AccessKeyId, ["AWS_SECRET_ACCESS_KEY"] = bedrock.Credentials.SecretAccessKey };
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), $$"""
            apiVersion: causeway/v1
            upstreams: { bedrock: { type: bedrock, regions: [ us-east-1, us-west-2 ], endpoint: "{{bedrock.EndpointByRegion}}" } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: bedrock, model: acme.new-model } ] } }
            """, TestContext.Current.CancellationToken);
        Assert.Contains("acme.new-model", (await CausewayProcess.RunAsync(folder.Path, ["check"], secrets)).Errors, StringComparison.Ordinal);

        var (exit, changes, errors) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "refresh"], secrets);

        Assert.True(exit == 0, errors);
        Assert.Contains("acme.new-model", changes, StringComparison.Ordinal);
        Assert.Equal([("GET", "us-east-1", 200), ("GET", "us-west-2", 200)], bedrock.Requests.Select(request => (request.Method, request.Region, request.Status)));
        var written = await File.ReadAllTextAsync(folder.File(".causeway/catalog.json"), TestContext.Current.CancellationToken);
        Assert.Contains($"{bedrock.Endpoint}/bedrock-mantle/us-east-1/v1/models", written, StringComparison.Ordinal);
        Assert.DoesNotContain(bedrock.Credentials.SecretAccessKey, written, StringComparison.Ordinal);
        Assert.DoesNotContain("acme.new-model", (await CausewayProcess.RunAsync(folder.Path, ["check"], secrets)).Errors, StringComparison.Ordinal);

        var (refused, _, why) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "refresh"], new Dictionary<string, string>(secrets) { ["AWS_SECRET_ACCESS_KEY"] = "wrong" });
        Assert.Equal(1, refused);
        Assert.Contains("bedrock in us-east-1: answered 403 to GET /models", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_that_gives_no_list_is_said_and_nothing_is_written()
    {
        await using var upstream = Upstream("<html>");
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), Spec(upstream, "old"), TestContext.Current.CancellationToken);

        var (exit, _, errors) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "refresh"], new Dictionary<string, string> { ["UP_KEY"] = "sk-very-secret" });

        Assert.Equal(1, exit);
        Assert.Contains("up: its answer to GET /models is no list of models", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File(".causeway/catalog.json")));
    }

    [Fact]
    public async Task The_catalog_can_be_listed_shown_and_compared()
    {
        using var folder = new TempFolder();

        var (_, list, _) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "list", "--provider", "bedrock"]);
        var (_, json, _) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "list", "--json"]);
        var (_, page, _) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "show", "qwen.qwen3-32b-v1:0"]);
        var (missing, _, hint) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "show", "nobody"]);
        var (_, same, _) = await CausewayProcess.RunAsync(folder.Path, ["catalog", "diff"]);

        Assert.Matches(@"(?m)^bedrock +deepseek\.v3\.2 +164000 +8192 +0\.62 +1\.85 +mantle/v1", list);
        Assert.DoesNotContain("gpt-4o", list, StringComparison.Ordinal);
        Assert.Contains(JsonDocument.Parse(json).RootElement.EnumerateArray(), model => model.GetProperty("id").GetString() == "gpt-4o-2024-08-06");
        Assert.Contains("runtime/openai/v1 as qwen.qwen3-32b-v1:0", page, StringComparison.Ordinal);
        Assert.Contains("https://", page, StringComparison.Ordinal);
        Assert.Equal(1, missing);
        Assert.Contains("catalog list", hint, StringComparison.Ordinal);
        Assert.Equal("No difference.", same.Trim());
    }

    [Fact]
    public async Task Strict_takes_warnings_for_errors()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("causeway.yaml"), """
            apiVersion: causeway/v1
            upstreams: { play: { type: rehearsal }, spare: { type: rehearsal } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: play } ] } }
            """, TestContext.Current.CancellationToken);

        Assert.Equal(0, (await CausewayProcess.RunAsync(folder.Path, ["check"])).ExitCode);
        Assert.Equal(2, (await CausewayProcess.RunAsync(folder.Path, ["check", "--strict"])).ExitCode);
    }

    private static FakeUpstream Upstream(string models) => new(exchange =>
        exchange.AnswerAsync(200, "application/json", exchange.Head.StartsWith("GET ", StringComparison.Ordinal) ? models : Completion));

    private static string Spec(FakeUpstream upstream, string model) => $$"""
        apiVersion: causeway/v1
        upstreams: { up: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}", apiKey: "${UP_KEY}" } }
        routes: { all: { match: { model: "*" }, targets: [ { upstream: up, model: {{model}} } ] } }
        """;
}
