using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Causeway.Testing;
using Causeway.Testing.Bedrock;

namespace Causeway.Gateway.Tests.Bedrock;

/// <summary>The stand-in plays Bedrock as its documentation and the reports from the field describe it: other tests lean on that.</summary>
public sealed class StandInTests
{
    private const string DeepSeek = "deepseek.v3.2";
    private const string Weather = ""","tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}}}]""";

    [Theory]
    [InlineData("/v1", DeepSeek, 200, null)]
    [InlineData("/openai/v1", DeepSeek, 400, "isn't supported on this route")]
    [InlineData("/openai/v1", "google.gemma-4-31b", 200, null)]
    [InlineData("/v1", "google.gemma-4-31b", 401, "Berm is not enabled")]
    [InlineData("/openai/v1", "openai.gpt-oss-120b-1:0", 200, null)]
    [InlineData("/v1", "nobody.knows", 404, "does not exist")]
    [InlineData("/bedrock-runtime/us-west-2/openai/v1", "openai.gpt-oss-120b-1:0", 200, null)]
    [InlineData("/bedrock-mantle/us-west-2/v1", "openai.gpt-oss-120b", 200, null)]
    public async Task A_model_answers_on_one_route_only(string prefix, string model, int status, string? words)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();

        using var answer = await PostAsync(bedrock, prefix, TestGateway.Chat(model));

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        if (words is not null) Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_host_has_its_own_envelope_for_errors()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.Script(StandInTurn.NoCapacity(), StandInTurn.NoCapacity());

        using var mantle = await PostAsync(bedrock, "/bedrock-mantle/us-east-1/v1", TestGateway.Chat(DeepSeek));
        using var runtime = await PostAsync(bedrock, "/bedrock-runtime/us-east-1/openai/v1", TestGateway.Chat("openai.gpt-oss-120b-1:0"));

        using var fromMantle = JsonDocument.Parse(await mantle.Content.ReadAsStringAsync());
        using var fromRuntime = JsonDocument.Parse(await runtime.Content.ReadAsStringAsync());
        Assert.Equal("service_unavailable", fromMantle.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.True(fromRuntime.RootElement.TryGetProperty("message", out _));
        Assert.StartsWith("ServiceUnavailableException:", runtime.Headers.GetValues("x-amzn-errortype").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DeepSeek, "<｜DSML｜parameter name=\"city\" string=\"true\">")]
    [InlineData("minimax.minimax-m2.1", "<parameter name=\"city\">")]
    [InlineData("qwen.qwen3-coder-next", "<function=get_weather>")]
    public async Task A_tool_call_leaks_in_the_models_own_markup(string model, string markup)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        bedrock.LeaksToolCalls = true;

        using var answer = await PostAsync(bedrock, "/v1", TestGateway.Chat(model, more: Weather));

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var choice = json.RootElement.GetProperty("choices")[0];
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Contains(markup, choice.GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.False(choice.GetProperty("message").TryGetProperty("tool_calls", out _));
    }

    [Fact]
    public async Task A_stream_carries_reasoning_words_and_usage_and_ends_with_done()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();

        using var answer = await PostAsync(bedrock, "/v1", TestGateway.Chat(DeepSeek, stream: true, more: ",\"reasoning_effort\":\"high\",\"stream_options\":{\"include_usage\":true}"));

        var events = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"reasoning_content\":", events, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", events, StringComparison.Ordinal);
        Assert.Contains("\"reasoning_tokens\":6", events, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", events, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",\"seed\":1", "unsupported_parameter")]
    [InlineData(",\"top_k\":1", "Failed to deserialize")]
    [InlineData(",\"service_tier\":\"auto\"", "not available")]
    [InlineData(""","response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","properties":{"a":{"type":"integer","minimum":1}}}}}""", "'minimum'")]
    public async Task What_Bedrock_does_not_take_is_refused(string more, string words)
    {
        await using var bedrock = await BedrockStandIn.StartAsync();

        using var answer = await PostAsync(bedrock, "/v1", TestGateway.Chat(DeepSeek, more: more));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_tool_choice_is_ignored_when_the_schema_is_nested()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();
        var nested = Weather.Replace("{\"type\":\"integer\"}", "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", StringComparison.Ordinal);
        const string Choice = ""","tool_choice":{"type":"function","function":{"name":"get_weather"}}""";

        using var flat = await PostAsync(bedrock, "/v1", TestGateway.Chat(DeepSeek, more: Weather + Choice));
        using var deep = await PostAsync(bedrock, "/v1", TestGateway.Chat(DeepSeek, more: nested + Choice));

        Assert.Contains("\"tool_calls\"", await flat.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("tool_calls", await deep.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_key()
    {
        await using var bedrock = await BedrockStandIn.StartAsync();

        using var answer = await PostAsync(bedrock, "/v1", TestGateway.Chat(DeepSeek), key: "wrong");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(401, bedrock.Requests.Single().Status);
    }

    private static async Task<HttpResponseMessage> PostAsync(BedrockStandIn bedrock, string prefix, string body, string key = BedrockStandIn.ApiKey)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, bedrock.Endpoint + prefix + "/chat/completions") { Content = TestGateway.Json(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await http.SendAsync(request);
    }
}
