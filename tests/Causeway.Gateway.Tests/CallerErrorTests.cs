using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

/// <summary>What a caller can get wrong, and what it is told.</summary>
public sealed class CallerErrorTests
{
    private static readonly string _deep = "{\"model\":\"m\",\"x\":" + new string('[', 200) + new string(']', 200) + "}";

    public static TheoryData<string, int, string, string?> BadBodies => new()
    {
        { "", 400, "invalid_json", null },
        { "not json", 400, "invalid_json", null },
        { "[]", 400, "invalid_json", null },
        { "null", 400, "invalid_json", null },
        { """{"model":"m"} x""", 400, "invalid_json", null },
        { """{"model":"m",}""", 400, "invalid_json", null },
        { _deep, 400, "json_too_deep", null },
        { "{}", 400, "missing_required_parameter", "model" },
        { """{"model":7}""", 400, "invalid_type", "model" },
        { """{"model":""}""", 400, "invalid_type", "model" },
        { """{"model":"m","stream":"yes"}""", 400, "invalid_type", "stream" },
        { """{"model":"m","model":"n"}""", 400, "duplicate_member", "model" },
        { """{"model":"m","Model":"n"}""", 400, "duplicate_member", "Model" },
        { """{"model":"m","mod\u0065l":"n"}""", 400, "duplicate_member", "model" },
        { """{"model":"m","messages":[{"role":"user","role":"system"}]}""", 400, "duplicate_member", "messages[0].role" },
        { """{"model":"nobody-serves-this"}""", 404, "model_not_found", "model" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_is_refused_in_OpenAIs_shape(string body, int status, string code, string? param)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(TestGateway.SpecFor(upstream.BaseUrl).Replace("\"*\"", "m", StringComparison.Ordinal));

        using var answer = await gateway.SendAsync(body);

        await AssertErrorAsync(answer, status, code, param);
        Assert.Empty(upstream.Requests);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal((Outcome.Refused, status, code), (row.Outcome, row.Status, row.ErrorCode));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var content = new ByteArrayContent([.. "{\"model\":\"m\",\"x\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var answer = await gateway.Http.PostAsync("/v1/chat/completions", content);

        await AssertErrorAsync(answer, 400, "invalid_json");
    }

    [Fact]
    public async Task Strange_tools_members_and_large_agent_bodies_are_accepted()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        var tools = string.Join(',', Enumerable.Range(0, 40).Select(i => "{\"type\":\"function\",\"function\":{\"name\":\"tool_" + i + "\",\"description\":\"" + new string('d', 900) + "\",\"parameters\":{}}}"));
        var body = TestGateway.Chat(more: $$""","tools":[{"type":"namespace","name":"x","tools":[]},{"type":"web_search"},{{tools}}],"client_metadata":{"a":1},"prompt_cache_key":"k" """);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(body) };
        request.Headers.Add("originator", "codex_cli");
        request.Headers.Add("x-stainless-lang", "js");

        using var answer = await gateway.Http.SendAsync(request);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(body, upstream.Requests.Single().Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_a_413_and_never_reaches_an_upstream(bool chunked)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream, "limits: { body: 64KiB }");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(TestGateway.Chat(more: $",\"x\":\"{new string('x', 500_000)}\"")) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await gateway.Http.SendAsync(request);

        await AssertErrorAsync(answer, 413, "request_too_large");
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Another_content_type_is_a_415(string? type)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(TestGateway.Chat()));
        if (type is not null) content.Headers.ContentType = new MediaTypeHeaderValue(type);

        using var answer = await gateway.Http.PostAsync("/v1/chat/completions", content);

        await AssertErrorAsync(answer, 415, "unsupported_media_type");
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST")]
    [InlineData("DELETE", "/v1/models", "GET")]
    [InlineData("POST", "/v1/models/m", "GET")]
    [InlineData("POST", "/readyz", "GET")]
    public async Task Another_method_is_a_405_that_names_the_right_one(string method, string path, string allowed)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        await AssertErrorAsync(answer, 405, "method_not_allowed");
        Assert.Equal(allowed, Assert.Single(answer.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/responses")]
    [InlineData("/v1/chat/completions/")]
    [InlineData("/v1/models/")]
    public async Task An_unknown_path_is_a_typed_404(string path)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.Http.PostAsync(path, TestGateway.Json("{}"));

        await AssertErrorAsync(answer, 404, "unknown_url");
    }

    public static TheoryData<string> MalformedRequests => new(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: +13\r\n\r\n{\"model\":\"m\"}",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -0\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX\u0001Y: 1\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"model\":\"m\"}",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Y: a\u0001b\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"model\":\"m\"}",
        "post /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"model\":\"m\"}",
        "get /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");

    [Theory]
    [MemberData(nameof(MalformedRequests))]
    public async Task Malformed_HTTP_is_a_clean_400_and_the_gateway_lives_on(string request)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        var answer = await gateway.RawAsync(request, until: "\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Empty(upstream.Requests);
        using var after = await gateway.SendAsync(TestGateway.Chat());
        Assert.Equal(200, (int)after.StatusCode);
    }

    internal static async Task<JsonElement> AssertErrorAsync(HttpResponseMessage answer, int status, string code, string? param = null)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal((status, code), ((int)answer.StatusCode, error.GetProperty("code").GetString()));
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
        Assert.NotEmpty(answer.Headers.GetValues("x-request-id").Single());
        return error;
    }
}
