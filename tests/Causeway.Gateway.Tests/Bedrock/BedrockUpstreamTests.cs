using System.Net;
using System.Text;
using Causeway.Ledger;
using Causeway.Spec;
using Causeway.Spec.Catalog;
using Causeway.Testing;
using Causeway.Testing.Bedrock;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Bedrock;

/// <summary>The gateway in front of Bedrock, as far as the stand-in plays it.</summary>
public sealed class BedrockUpstreamTests
{
    private const string DeepSeek = "deepseek.v3.2";
    private const string Gemma = "google.gemma-4-31b";

    [Theory]
    [InlineData(DeepSeek, "/v1/chat/completions")]
    [InlineData("minimax.minimax-m2.1", "/v1/chat/completions")]
    [InlineData("qwen.qwen3-coder-next", "/v1/chat/completions")]
    [InlineData(Gemma, "/openai/v1/chat/completions")]
    [InlineData("openai.gpt-oss-120b-1:0", "/openai/v1/chat/completions")]
    public async Task A_known_model_is_asked_where_it_answers_and_nowhere_else(string model, string path)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock);

        foreach (var stream in new[] { false, true })
        {
            using var answer = await gateway.SendAsync(TestGateway.Chat(model, stream));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("chatcmpl-stand-in", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal([path, path], bedrock.Requests.Select(request => request.Path));
    }

    [Theory]
    [InlineData("/openai/v1", false)]
    [InlineData("/openai/v1", true)]
    [InlineData("/v1", true)]
    public async Task An_unknown_model_is_found_once_and_then_remembered(string prefix, bool disguised)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Use(new StandInModel("acme.new-model") { MantlePrefix = prefix, DisguisesWrongPrefix = disguised });
        await using var gateway = await StartAsync(bedrock);

        for (var i = 0; i < 3; i++) Assert.Equal(200, await StatusAsync(gateway, "acme.new-model"));

        Assert.Equal(prefix == "/v1" ? 3 : 4, bedrock.Requests.Count);
        Assert.Equal(3, bedrock.Requests.Count(request => request.Status == 200));
    }

    [Fact]
    public async Task The_operators_own_catalog_says_where_a_model_answers()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Use(bedrock.Model(DeepSeek) with { MantlePrefix = "/openai/v1" });
        bedrock.Use(new StandInModel("acme.new-model") { MantlePrefix = "/openai/v1" });
        const string Place = """
            "hosts": { "list": [ { "host": "mantle", "prefix": "/openai/v1", "id": "ID", "apis": ["chat"] } ], "source": "https://models.example", "asOf": "2026-11-26", "confidence": "official" }
            """;
        var own = $$"""
            { "catalog": 1, "providers": { "bedrock": { "models": {
              "deepseek.v3.2": { {{Place.Replace("ID", DeepSeek, StringComparison.Ordinal)}} }, "acme.new-model": { {{Place.Replace("ID", "acme.new-model", StringComparison.Ordinal)}} } } } } }
            """;
        var catalog = ModelCatalog.BuiltIn.With(CatalogReader.Read(Encoding.UTF8.GetBytes(own), "catalog.json"));
        var spec = "apiVersion: causeway/v1\n" + SpecOf(bedrock);
        var plan = SpecCompiler.Compile("test.yaml", spec, _ => BedrockStandIn.ApiKey, new CompileOptions { Catalog = catalog }).Plan!;
        Assert.NotEqual(SpecCompiler.Compile("test.yaml", spec, _ => BedrockStandIn.ApiKey).Plan!.Hash, plan.Hash);
        await using var gateway = await TestGateway.StartAsync(plan);

        foreach (var model in new[] { DeepSeek, "acme.new-model" }) Assert.Equal(200, await StatusAsync(gateway, model));

        Assert.Equal(["/openai/v1/chat/completions", "/openai/v1/chat/completions"], bedrock.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task A_model_that_moved_is_found_again()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock);
        Assert.Equal(200, await StatusAsync(gateway, DeepSeek));

        bedrock.Use(bedrock.Model(DeepSeek) with { MantlePrefix = "/openai/v1", DisguisesWrongPrefix = true });

        Assert.Equal(200, await StatusAsync(gateway, DeepSeek));
        Assert.Equal(200, await StatusAsync(gateway, DeepSeek));
        Assert.Equal([200, 401, 400, 200, 200], bedrock.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task The_other_hosts_name_of_a_model_is_put_in_when_that_host_is_asked()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock, "host: runtime");

        Assert.Equal(200, await StatusAsync(gateway, "openai.gpt-oss-120b"));

        Assert.Equal("openai.gpt-oss-120b-1:0", bedrock.Requests.Single().Model);
    }

    [Fact]
    public async Task A_model_that_answers_nowhere_is_the_callers_to_change()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock, "host: runtime");

        using var answer = await gateway.SendAsync(TestGateway.Chat(DeepSeek));

        await CallerErrorTests.AssertErrorAsync(answer, 400, "model_route_unsupported");
    }

    [Fact]
    public async Task A_wrong_key_is_the_operators_matter_and_no_arn_reaches_the_caller()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock, key: "wrong-key-of-somebody");

        using var answer = await gateway.SendAsync(TestGateway.Chat(DeepSeek));

        await CallerErrorTests.AssertErrorAsync(answer, 502, "upstream_auth_failed");
        Assert.DoesNotContain("123456789012", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(bedrock.Requests);
    }

    [Theory]
    [InlineData("auth: sigv4", null)]
    [InlineData("auth: sigv4", "session/token+1==")]
    [InlineData("auth: short-term", null)]
    [InlineData("auth: short-term", "session/token+1==")]
    [InlineData("mantleSigningName: bedrock", null)]
    public async Task AWS_credentials_open_the_door(string auth, string? session)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Credentials = bedrock.Credentials with { SessionToken = session };
        await using var gateway = await TestGateway.StartAsync(TestGateway.Compile(SignedSpec(bedrock, auth, session is not null), name => name switch
        {
            "KEY_ID" => bedrock.Credentials.AccessKeyId,
            "SECRET" => bedrock.Credentials.SecretAccessKey,
            _ => session,
        }));

        foreach (var model in new[] { DeepSeek, "openai.gpt-oss-120b-1:0" }) Assert.Equal(200, await StatusAsync(gateway, model));

        Assert.All(bedrock.Requests, request => Assert.DoesNotContain(bedrock.Credentials.SecretAccessKey, string.Concat(request.Headers.Values), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_short_term_key_is_renewed_before_its_twelve_hours_are_over()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var bedrock = await BedrockStandIn.StartAsync(time: time);
        await using var gateway = await TestGateway.StartAsync(
            TestGateway.Compile(SignedSpec(bedrock, "auth: short-term", hasToken: false), name => name == "KEY_ID" ? bedrock.Credentials.AccessKeyId : bedrock.Credentials.SecretAccessKey), time);

        foreach (var hours in new[] { 0, 6, 7 })
        {
            time.Advance(TimeSpan.FromHours(hours));
            Assert.Equal(200, await StatusAsync(gateway, DeepSeek));
        }

        var keys = bedrock.Requests.Select(request => request.Headers["Authorization"]).ToList();
        Assert.Equal(keys[0], keys[1]);
        Assert.NotEqual(keys[1], keys[2]);
    }

    [Fact]
    public async Task A_Region_without_capacity_hands_on_to_the_next()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.ScriptRegion("us-east-1", StandInTurn.NoCapacity(), StandInTurn.NoCapacity());
        await using var gateway = await StartAsync(bedrock, regions: "regions: [us-east-1, us-west-2]");

        Assert.Equal(200, await StatusAsync(gateway, DeepSeek));
        Assert.Equal(200, await StatusAsync(gateway, DeepSeek));

        Assert.Equal(["us-east-1", "us-west-2", "us-east-1", "us-west-2"], bedrock.Requests.Select(request => request.Region));
        Assert.All(await gateway.SettledAsync(2), row => Assert.Matches(@"^bedrock@us-east-1 503 .*→ bedrock@us-west-2 200", row.Attempts));
    }

    [Theory]
    [InlineData("", "The upstream's rate limit is reached.")]
    [InlineData("showErrors: true", "The upstream's rate limit is reached. It said: Too many tokens, please wait before trying again.")]
    public async Task What_Bedrock_said_is_in_the_ledger_and_in_the_callers_face_only_on_request(string upstream, string message)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Script(StandInTurn.Quota(retryAfter: 7));
        await using var gateway = await StartAsync(bedrock, upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(DeepSeek));

        var error = await CallerErrorTests.AssertErrorAsync(answer, 429, "upstream_rate_limited");
        Assert.Equal((message, 7), (error.GetProperty("message").GetString(), (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds));
        Assert.Equal("Too many tokens, please wait before trying again.", Assert.Single(await gateway.SettledAsync()).UpstreamSaid);
    }

    [Fact]
    public async Task A_target_with_a_Region_stays_in_it()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Script(StandInTurn.NoCapacity());
        await using var gateway = await StartAsync(bedrock, regions: "regions: [us-east-1, us-west-2]", target: ", region: eu-west-1");

        Assert.Equal(503, await StatusAsync(gateway, DeepSeek));

        Assert.Equal("eu-west-1", bedrock.Requests.Single().Region);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_sent_again_after_waiting_in_vain_because_it_is_billed(bool stream)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Script(StandInTurn.Hang());
        await using var gateway = await StartAsync(bedrock, regions: "regions: [us-east-1, us-west-2]", more: "limits: { timeToFirstToken: 300ms, total: 600ms }");

        using var answer = await gateway.SendAsync(TestGateway.Chat(DeepSeek, stream));

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Single(bedrock.Requests);
    }

    [Fact]
    public async Task An_error_inside_a_200_stream_is_no_empty_success()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Script(StandInTurn.FailInStream("Hello, "));
        await using var gateway = await StartAsync(bedrock);

        using var answer = await gateway.SendAsync(TestGateway.Chat(DeepSeek, stream: true));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync());

        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.Cut, "upstream_stream_error"), (row.Outcome, row.ErrorCode));
    }

    [Theory]
    [InlineData("", "flex")]
    [InlineData(",\"service_tier\":\"auto\"", "flex")]
    [InlineData(",\"service_tier\":\"priority\"", "priority")]
    public async Task The_operators_tier_is_sent_unless_the_caller_names_one(string more, string tier)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock, "serviceTier: flex");

        using var answer = await gateway.SendAsync(TestGateway.Chat(DeepSeek, more: more));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(tier, bedrock.Requests.Single().Json("service_tier")?.GetString());
    }

    [Fact]
    public async Task A_guardrail_is_sent_to_the_only_host_that_has_them()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock, "guardrail: { id: gr-1, version: \"3\", trace: enabled }");

        Assert.Equal(200, await StatusAsync(gateway, "openai.gpt-oss-120b"));
        var request = bedrock.Requests.Single();
        Assert.Equal((StandInHost.Runtime, "gr-1", "3", "ENABLED"),
            (request.Host, request.Headers["X-Amzn-Bedrock-GuardrailIdentifier"], request.Headers["X-Amzn-Bedrock-GuardrailVersion"], request.Headers["X-Amzn-Bedrock-Trace"]));

        // Not served without it: a guardrail that is passed over guards nothing.
        Assert.Equal(400, await StatusAsync(gateway, DeepSeek));
        Assert.All(bedrock.Requests, r => Assert.Equal(StandInHost.Runtime, r.Host));
    }

    [Fact]
    public async Task A_project_is_sent_to_the_only_host_that_has_them()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        await using var gateway = await StartAsync(bedrock, "project: proj_123");

        Assert.Equal(200, await StatusAsync(gateway, DeepSeek));

        Assert.Equal((StandInHost.Mantle, "proj_123"), (bedrock.Requests.Single().Host, bedrock.Requests.Single().Headers["OpenAI-Project"]));
    }

    private static Task<TestGateway> StartAsync(
        BedrockStandIn bedrock, string upstream = "", string regions = "region: us-east-1", string target = "", string more = "", string key = BedrockStandIn.ApiKey) =>
        TestGateway.StartAsync(TestGateway.Compile(SpecOf(bedrock, upstream, regions, target, more), _ => key));

    private static string SpecOf(BedrockStandIn bedrock, string upstream = "", string regions = "region: us-east-1", string target = "", string more = "") => $$"""
        upstreams:
          bedrock:
            type: bedrock
            {{regions}}
            apiKey: ${KEY}
            endpoint: {{bedrock.EndpointByRegion}}
            {{upstream}}
        routes:
          all: { match: { model: "*" }, targets: [ { upstream: bedrock{{target}} } ] }
        {{more}}
        """;

    private static string SignedSpec(BedrockStandIn bedrock, string auth, bool hasToken) => $$"""
        upstreams:
          bedrock:
            type: bedrock
            region: us-west-2
            endpoint: {{bedrock.EndpointByRegion}}
            credentials: { accessKeyId: "${KEY_ID}", secretAccessKey: "${SECRET}"{{(hasToken ? ", sessionToken: \"${TOKEN}\"" : "")}} }
            {{auth}}
        routes:
          all: { match: { model: "*" }, targets: [ { upstream: bedrock } ] }
        """;

    private static async Task<int> StatusAsync(TestGateway gateway, string model)
    {
        using var answer = await gateway.SendAsync(TestGateway.Chat(model));
        return (int)answer.StatusCode;
    }
}
