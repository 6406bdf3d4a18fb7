using Causeway.Gateway.Probe;
using Causeway.Gateway.Tests.Adapt;
using Causeway.Spec;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Testing;
using Causeway.Testing.Bedrock;

namespace Causeway.Gateway.Tests.Probe;

/// <summary>The checklist against upstreams whose abilities are known.</summary>
public sealed class ProbeTests
{
    private const string Secret = "sk-probe-secret-value";

    [Fact]
    public async Task The_rehearsal_passes_what_it_plays()
    {
        var outcome = await ProbeAsync("upstreams: { up: { type: rehearsal } }");

        Assert.Null(outcome.Stopped);
        foreach (var feature in new[] { Feature.Tools, Feature.ToolChoiceRequired, Feature.ToolChoiceNamed, Feature.Stream, Feature.StreamUsage, Feature.JsonSchema, Feature.N })
            Assert.True(outcome.Profile!.Of(feature) == Support.Native, Evidence(outcome, feature));
        // It never calls a tool unless it must, so its not calling one is no proof.
        Assert.Equal(Support.Unknown, outcome.Profile!.Of(Feature.ToolChoiceNone));
        Assert.NotNull(outcome.Profile.Measured);
    }

    [Fact]
    public async Task A_profile_survives_its_file()
    {
        var profile = (await ProbeAsync("upstreams: { up: { type: rehearsal } }")).Profile!;

        Assert.True(CapabilityProfile.TryRead(profile.Write(), out var read, out var error), error);
        Assert.Equal(profile, read);
    }

    [Fact]
    public async Task The_stand_in_for_Bedrock_is_measured_to_its_end()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();

        var outcome = await ProbeAsync($$"""upstreams: { up: { type: openai-compatible, baseUrl: "{{bedrock.Endpoint}}/v1", apiKey: "${BEDROCK}" } }""", model: "deepseek.v3.2");

        Assert.Null(outcome.Stopped);
        Assert.Equal(Support.Native, outcome.Profile!.Of(Feature.Stream));
        Assert.DoesNotContain(outcome.Items, item => item.Evidence.Contains(BedrockStandIn.ApiKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_profile_written_for_Bedrock_keeps_what_a_probe_does_not_ask_for()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();

        var outcome = await ProbeAsync($$"""upstreams: { up: { type: bedrock, region: us-east-1, endpoint: "{{bedrock.Endpoint}}", apiKey: "${BEDROCK}" } }""", model: "deepseek.v3.2");

        Assert.Null(outcome.Stopped);
        var builtIn = BuiltInProfiles.Find("bedrock-deepseek-v3.2")!;
        Assert.NotEmpty(builtIn.Dialects);
        Assert.Equal(builtIn.Dialects, outcome.Profile!.Dialects);
        Assert.Equal(builtIn.MaxTokens, outcome.Profile.MaxTokens);
        Assert.Equal(builtIn.Of(Feature.WebSearchOptions), outcome.Profile.Of(Feature.WebSearchOptions));
        Assert.Contains("bedrock-deepseek-v3.2", outcome.Profile.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_or_ignored_is_absent_and_a_shim_where_the_gateway_can_help()
    {
        await using var upstream = new FakeUpstream(AnswerAsync);

        var outcome = await ProbeAsync(Spec(upstream));

        Assert.Equal((Support.Absent, ProbeVerdict.Shim), Found(outcome, Feature.N));
        Assert.Equal((Support.Absent, ProbeVerdict.Fail), Found(outcome, Feature.Logprobs));
        Assert.Equal((Support.Unknown, ProbeVerdict.Unknown), Found(outcome, Feature.Seed));
        Assert.Equal((Support.Native, ProbeVerdict.Pass), Found(outcome, Feature.FrequencyPenalty));
        Assert.Equal((Support.Unknown, ProbeVerdict.Unknown), Found(outcome, Feature.TopP));
        Assert.DoesNotContain(outcome.Items, item => item.Evidence.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_upstream_that_does_not_answer_at_all_is_asked_once()
    {
        await using var upstream = FakeUpstream.Json($$$"""{"error":{"message":"Bad key {{{Secret}}}"}}""", status: 401);

        var outcome = await ProbeAsync(Spec(upstream));

        Assert.Single(upstream.Requests);
        Assert.Contains("401", outcome.Stopped, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, outcome.Stopped, StringComparison.Ordinal);
        Assert.Null(outcome.Profile);
    }

    [Fact]
    public async Task The_caps_hold_before_they_are_reached()
    {
        await using var upstream = new FakeUpstream(AnswerAsync);

        var tokens = await ProbeAsync(Spec(upstream), options => options with { MaxTokens = 1_000 });
        var dollars = await ProbeAsync(Spec(upstream), options => options with { MaxCost = 0.01m, Price = new ModelPrice(10, 10, 10) });

        Assert.InRange(tokens.Tokens, 1, 1_000);
        Assert.InRange(dollars.Cost!.Value, 0.000001m, 0.01m);
        Assert.All([tokens, dollars], outcome => Assert.Contains("could exceed", outcome.Stopped, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_measured_before_a_stop_is_kept()
    {
        using var stop = new CancellationTokenSource();

        var outcome = await ProbeAsync("upstreams: { up: { type: rehearsal } }", progress: p => { if (p.Done == 5) stop.Cancel(); }, cancel: stop.Token);

        Assert.Equal(5, outcome.Items.Count);
        Assert.Equal("stopped by hand", outcome.Stopped);
        Assert.NotNull(outcome.Profile);
    }

    [Fact]
    public async Task What_was_measured_is_in_force_where_the_file_is_named()
    {
        await using var upstream = new FakeUpstream(AnswerAsync);
        var measured = (await ProbeAsync(Spec(upstream))).Profile!.Write();
        var asked = upstream.Requests.Count;

        var plan = SpecCompiler.Compile("causeway.yaml", $$"""
            apiVersion: causeway/v1
            upstreams: { up: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}", profile: ./that.json } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: up } ] } }
            """, _ => null, new CompileOptions { Files = path => path == "./that.json" ? measured : null }).Plan!;
        await using var gateway = await TestGateway.StartAsync(plan);
        using var answer = await gateway.SendAsync(TestGateway.Chat(more: ",\"n\":2,\"logprobs\":true,\"frequency_penalty\":0.5"));

        Assert.Equal(200, (int)answer.StatusCode);
        var receipt = Assert.Single(answer.Headers.GetValues("x-causeway-params")).Split(", ").Order();
        Assert.Equal(["logprobs=dropped", "n=emulated"], receipt);
        var sent = upstream.Requests.Skip(asked).ToList();
        Assert.Equal(2, sent.Count);
        Assert.All(sent, request => Assert.Equal(TestGateway.Chat(more: ",\"frequency_penalty\":0.5"), request.Body));
    }

    [Fact]
    public void A_shim_is_what_the_policy_does_without_dropping_anything()
    {
        foreach (var feature in Features.All)
        {
            var adapted = Adapted.Of($$"""{"model":"m",{{FieldTableTests.Uses[feature].Members}}}""", Adapted.Plan(Support.Absent, ParamsMode.Strict, feature));

            // A request for parallel calls can be served, but not with parallel calls.
            var isShim = adapted.Refusal is null && feature != Feature.ToolsParallel;
            Assert.Equal((feature, isShim ? ProbeVerdict.Shim : ProbeVerdict.Fail), (feature, Emulations.VerdictOf(feature, Support.Absent)));
        }
    }

    [Theory]
    [InlineData(200, Support.Native, ProbeVerdict.Pass)]
    [InlineData(429, Support.Absent, ProbeVerdict.Fail)]
    public async Task A_stream_is_broken_off_and_the_next_request_tells(int next, Support support, ProbeVerdict verdict)
    {
        FakeExchange? broken = null;
        await using var upstream = new FakeUpstream(async exchange =>
        {
            if (exchange.Body.Contains("one hundred", StringComparison.Ordinal))
            {
                broken = exchange;
                await exchange.StartEventsAsync();
                await exchange.ChunkAsync("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}]}\n\n");
                await exchange.UntilHangUpAsync();
            }
            else if (broken is null) await AnswerAsync(exchange);
            else await exchange.AnswerAsync(next, "application/json", next == 200 ? Wires.Completion : """{"error":{"message":"busy"}}""");
        });

        var outcome = await ProbeAsync(Spec(upstream));

        var item = outcome.Items.Single(item => item.Name == "stream.cancel");
        Assert.Equal((support, verdict), (item.Support, item.Verdict));
        Assert.Contains("broken off", item.Evidence, StringComparison.Ordinal);
        await broken!.Aborted.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    // Refuses logprobs and wrong penalties, is not well when asked for top_p, ignores everything else.
    private static Task AnswerAsync(FakeExchange exchange)
    {
        if (exchange.Body.Contains("logprobs", StringComparison.Ordinal)) return exchange.AnswerAsync(400, "application/json", $$$"""{"error":{"message":"logprobs unsupported for {{{Secret}}}"}}""");
        if (exchange.Body.Contains("99", StringComparison.Ordinal)) return exchange.AnswerAsync(422, "application/json", """{"detail":"frequency_penalty out of range"}""");
        if (exchange.Body.Contains("top_p", StringComparison.Ordinal)) return exchange.AnswerAsync(503, "application/json", """{"message":"busy"}""");
        return exchange.AnswerAsync(200, "application/json", """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":2}}""");
    }

    private static string Spec(FakeUpstream upstream) => $$"""upstreams: { up: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}", apiKey: "${KEY}" } }""";

    private static (Support, ProbeVerdict) Found(ProbeOutcome outcome, Feature feature)
    {
        var item = Assert.Single(outcome.Items, item => item.Feature == feature);
        return (item.Support, item.Verdict);
    }

    private static string Evidence(ProbeOutcome outcome, Feature feature) =>
        $"{feature}: {outcome.Items.FirstOrDefault(item => item.Feature == feature)?.Evidence}";

    private static async Task<ProbeOutcome> ProbeAsync(
        string upstreams, Func<ProbeOptions, ProbeOptions>? change = null, string model = "m", Action<ProbeProgress>? progress = null, CancellationToken cancel = default)
    {
        var spec = $$"""
            apiVersion: causeway/v1
            {{upstreams}}
            routes: { all: { match: { model: "*" }, targets: [ { upstream: up } ] } }
            """;
        var compiled = SpecCompiler.Compile("causeway.yaml", spec, name => name == "KEY" ? Secret : BedrockStandIn.ApiKey);
        Assert.True(compiled.Plan is not null, string.Join('\n', compiled.Diagnostics));
        using var plans = new PlanState(compiled.Plan, TimeProvider.System);
        var options = new ProbeOptions { Upstream = "up", Model = model, MaxTokens = 100_000 };
        return await UpstreamProbe.RunAsync(plans, change?.Invoke(options) ?? options, TimeProvider.System, progress ?? (_ => { }), cancel);
    }
}
