using System.Net;
using System.Text.Json;
using Causeway.Ledger;
using Causeway.Testing;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Tests;

/// <summary>The endpoints beside chat completions: text completions, embeddings, counting tokens.</summary>
public sealed class OperationTests
{
    private const string Completion =
        """{"id":"cmpl-1","object":"text_completion","created":1700000000,"model":"m","choices":[{"text":" there","index":0,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    private const string Embeddings =
        """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-0.5]}],"model":"m","usage":{"prompt_tokens":7,"total_tokens":7}}""";

    [Theory]
    [InlineData("/v1/completions", """{"model":"asked","prompt":"Hello","x":1}""", Completion, "/v1/completions", "completions", 3, 2)]
    [InlineData("/v1/embeddings", """{"model":"asked","input":["a"],"stream":true}""", Embeddings, "/v1/embeddings", "embeddings", 7, 0)]
    [InlineData("/v1/tokenize", """{"model":"asked","prompt":"Hello"}""", """{"count":1,"max_model_len":10,"tokens":[5]}""", "/tokenize", "tokenize", 0, 0)]
    [InlineData("/tokenize", """{"model":"asked","prompt":"Hello"}""", """{"count":1}""", "/tokenize", "tokenize", 0, 0)]
    public async Task A_body_goes_out_and_an_answer_comes_back_as_bytes(string path, string body, string answer, string upstreamPath, string operation, int prompt, int completion)
    {
        await using var upstream = FakeUpstream.Json(answer);
        await using var gateway = await TestGateway.StartAsync(Renaming(upstream));

        using var response = await gateway.Http.PostAsync(path, TestGateway.Json(body));

        Assert.Equal((HttpStatusCode.OK, answer), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        var request = upstream.Requests.Single();
        Assert.StartsWith($"POST {upstreamPath} ", request.Head, StringComparison.Ordinal);
        Assert.Equal(body.Replace("asked", "served", StringComparison.Ordinal), request.Body);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((operation, new TokenUsage(prompt, completion), Outcome.Succeeded), (row.Operation, row.Usage, row.Outcome));
        Assert.False(row.Stream);
    }

    [Fact]
    public async Task A_chat_completion_has_no_operation_in_the_ledger_because_nearly_all_rows_are_one()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Null(Assert.Single(await gateway.SettledAsync()).Operation);
    }

    [Fact]
    public async Task A_streamed_text_is_relayed_event_by_event_and_its_usage_learnt_beside()
    {
        const string Event = """data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"text":" there","index":0,"logprobs":null,"finish_reason":null}]}""" + "\n\n";
        const string Finish = """data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}]}""" + "\n\n";
        const string Usage = """data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}""" + "\n\n";
        await using var upstream = FakeUpstream.Events(Event + Finish + Usage + Wires.Done);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var response = await gateway.Http.PostAsync("/v1/completions", TestGateway.Json("""{"model":"m","prompt":"Hi","stream":true}"""));

        Assert.Equal(Event + Finish + Wires.Done, await response.Content.ReadAsStringAsync());
        Assert.Contains("\"include_usage\":true", upstream.Requests.Single().Body, StringComparison.Ordinal);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((new TokenUsage(9, 2), UsageSource.Upstream, "stop"), (row.Usage, row.UsageSource, row.FinishReason));
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"m","input":["abcdefgh",[1,2,3]]}""", """{"data":[]}""", 5)]
    [InlineData("/v1/completions", """{"model":"m","prompt":"abcdefgh"}""", """{"choices":[{"text":"abcd","finish_reason":"stop"}]}""", 2)]
    public async Task What_an_upstream_does_not_count_the_gateway_estimates(string path, string body, string answer, int prompt)
    {
        await using var upstream = FakeUpstream.Json(answer);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var response = await gateway.Http.PostAsync(path, TestGateway.Json(body));

        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((prompt, UsageSource.Counted), ((int)row.Usage.Prompt, row.UsageSource));
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"error":{"message":"no"}}""", "it is an error with status 200")]
    [InlineData("/v1/embeddings", """{"choices":[]}""", "it has no data")]
    [InlineData("/v1/tokenize", """{"tokens":[1]}""", "it has no count")]
    [InlineData("/v1/embeddings", "<html></html>", "it is an HTML page")]
    [InlineData("/v1/completions", """{"data":[]}""", "it has no choices")]
    public async Task A_200_that_is_no_answer_is_a_502(string path, string answer, string why)
    {
        await using var upstream = FakeUpstream.Json(answer);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var response = await gateway.Http.PostAsync(path, TestGateway.Json("""{"model":"m","input":"a","prompt":"a"}"""));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(why, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/completions")]
    [InlineData("/v1/tokenize")]
    public async Task An_upstream_without_the_operation_is_a_typed_error_that_names_the_route(string path)
    {
        await using var gateway = await TestGateway.StartAsync("""
            upstreams: { b: { type: bedrock, region: us-east-1, endpoint: "http://127.0.0.1:9" } }
            routes: { claude-route: { match: { model: m }, targets: [ { upstream: b } ] } }
            """);

        using var response = await gateway.Http.PostAsync(path, TestGateway.Json("""{"model":"m","prompt":"a"}"""));

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("'claude-route'", text, StringComparison.Ordinal);
        Assert.Contains("\"operation_not_supported\"", text, StringComparison.Ordinal);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.Refused, "operation_not_supported"), (row.Outcome, row.ErrorCode));
    }

    [Fact]
    public async Task A_fallback_that_has_the_operation_serves_it()
    {
        await using var upstream = FakeUpstream.Json(Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams:
              b: { type: bedrock, region: us-east-1, endpoint: "http://127.0.0.1:9" }
              fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" }
            routes: { r: { match: { model: m }, targets: [ { upstream: b }, { upstream: fake } ] } }
            """);

        using var response = await gateway.Http.PostAsync("/v1/completions", TestGateway.Json("""{"model":"m","prompt":"a"}"""));

        Assert.Equal(Completion, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Another_method_is_told_which_one_is_meant()
    {
        await using var gateway = await TestGateway.StartAsync(RehearsalSpec);

        using var response = await gateway.Http.GetAsync(new Uri("/v1/embeddings", UriKind.Relative));

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (response.StatusCode, response.Content.Headers.Allow.Single()));
    }

    [Theory]
    [InlineData("""{"model":"m","prompt":["one","two"],"n":2,"max_tokens":4}""", 4, "length")]
    [InlineData("""{"model":"m","prompt":"one","max_tokens":4000}""", 1, "stop")]
    [InlineData("""{"model":"m","prompt":[[1,2,3]]}""", 1, "length")]
    public async Task The_rehearsal_continues_a_text(string body, int choices, string finish)
    {
        await using var gateway = await TestGateway.StartAsync(RehearsalSpec);

        var whole = await PostAsync(gateway, "/v1/completions", body);

        Assert.Equal(("text_completion", choices), (whole.GetProperty("object").GetString(), whole.GetProperty("choices").GetArrayLength()));
        foreach (var choice in whole.GetProperty("choices").EnumerateArray()) Assert.Equal(finish, choice.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task The_rehearsal_streams_what_it_says_whole()
    {
        await using var gateway = await TestGateway.StartAsync(RehearsalSpec);

        var whole = await PostAsync(gateway, "/v1/completions", """{"model":"m","prompt":"one","max_tokens":20}""");
        using var streamed = await gateway.Http.PostAsync("/v1/completions", TestGateway.Json("""{"model":"m","prompt":"one","max_tokens":20,"stream":true}"""));

        var text = string.Concat((await streamed.Content.ReadAsStringAsync()).Split("\n\n").Where(e => e.StartsWith("data: {", StringComparison.Ordinal))
            .Select(e => JsonDocument.Parse(e[6..]).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()));
        Assert.Equal(whole.GetProperty("choices")[0].GetProperty("text").GetString(), text);
        Assert.Equal("true", streamed.Headers.GetValues("x-causeway-rehearsal").Single());
    }

    [Fact]
    public async Task The_rehearsals_vectors_are_the_same_for_the_same_text_near_for_a_similar_one_and_far_for_another()
    {
        await using var gateway = await TestGateway.StartAsync(RehearsalSpec);

        var answer = await PostAsync(gateway, "/v1/embeddings", """{"model":"m","input":["the quick brown fox","the quick brown cat","something else entirely"],"dimensions":512}""");
        var encoded = await PostAsync(gateway, "/v1/embeddings", """{"model":"m","input":"the quick brown fox","dimensions":512,"encoding_format":"base64"}""");

        var vectors = answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle()).ToArray()).ToList();
        var bytes = encoded.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(vectors[0], Enumerable.Range(0, 512).Select(i => BitConverter.ToSingle(bytes, 4 * i)));
        Assert.Equal(1, Dot(vectors[0], vectors[0]), 4);
        Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]) + 0.3);
        Assert.StartsWith("causeway-rehearsal", answer.GetProperty("model").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"model":"m"}""", "input")]
    [InlineData("/v1/embeddings", """{"model":"m","input":[]}""", "input")]
    [InlineData("/v1/embeddings", """{"model":"m","input":[[-1]]}""", "input")]
    [InlineData("/v1/embeddings", """{"model":"m","input":["a",""]}""", "input")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a","dimensions":0}""", "dimensions")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"a","encoding_format":"hex"}""", "encoding_format")]
    [InlineData("/v1/completions", """{"model":"m","prompt":{}}""", "prompt")]
    [InlineData("/v1/completions", """{"model":"m","prompt":"a","max_tokens":0}""", "max_tokens")]
    [InlineData("/v1/completions", """{"model":"m","prompt":"a","logprobs":2}""", "logprobs")]
    [InlineData("/v1/tokenize", """{"model":"m"}""", "prompt")]
    public async Task The_rehearsal_refuses_what_the_api_refuses(string path, string body, string param)
    {
        await using var gateway = await TestGateway.StartAsync(RehearsalSpec);

        using var response = await gateway.Http.PostAsync(path, TestGateway.Json(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("""{"model":"m","prompt":"one two three"}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"one two three"}]}""")]
    public async Task The_rehearsal_counts_as_its_usage_does(string body)
    {
        await using var gateway = await TestGateway.StartAsync(RehearsalSpec);

        var answer = await PostAsync(gateway, "/v1/tokenize", body);

        Assert.Equal((4, 4), (answer.GetProperty("count").GetInt32(), answer.GetProperty("tokens").GetArrayLength()));
    }

    private const string RehearsalSpec = """
        upstreams: { rehearsal: { type: rehearsal } }
        routes: { all: { match: { model: "*" }, targets: [ { upstream: rehearsal } ] } }
        """;

    private static string Renaming(FakeUpstream upstream) => $$"""
        upstreams: { fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" } }
        routes: { all: { match: { model: asked }, targets: [ { upstream: fake, model: served } ] } }
        """;

    private static double Dot(float[] left, float[] right) => left.Zip(right, (a, b) => (double)a * b).Sum();

    private static async Task<JsonElement> PostAsync(TestGateway gateway, string path, string body)
    {
        using var response = await gateway.Http.PostAsync(path, TestGateway.Json(body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}
