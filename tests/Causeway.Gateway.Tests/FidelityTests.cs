using System.Text;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

public sealed class FidelityTests
{
    private const string OddBody =
        """{ "zeta":1.0, "model" : "asked" ,"messages":[{"role":"user","content":"gr\u00fc\u00DFe \ud83d\ude00 \/"}],"n":1e400,"seed":12345678901234567890,"x":-0,"x_unknown":{"b":[1.50],"a":null}, "stream":false }""";

    [Fact]
    public async Task Only_the_model_changes_on_the_way_up()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams: { fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}" } }
            routes: { r: { match: { model: asked }, targets: [ { upstream: fake, model: "served/model \"x\"" } ] } }
            """.Replace("\\\"x\\\"", "x", StringComparison.Ordinal));

        using var answer = await gateway.SendAsync(OddBody);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(OddBody.Replace("\"asked\"", "\"served/model x\"", StringComparison.Ordinal), upstream.Requests.Single().Body);
    }

    [Fact]
    public async Task A_body_that_needs_no_change_is_forwarded_as_it_came()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(OddBody);

        Assert.Equal(OddBody, upstream.Requests.Single().Body);
    }

    [Fact]
    public async Task An_answer_is_handed_on_byte_for_byte()
    {
        var odd = Wires.Completion.Replace("\"Hi there\"", "\"\\u0048i \\/ 1\\u00e9\"", StringComparison.Ordinal).Insert(1, "\n \"x_new\" : 1.0e0,");
        await using var upstream = FakeUpstream.Json(odd);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(odd, await answer.Content.ReadAsStringAsync());
    }

    public static TheoryData<string> OddStreams => new(
        Wires.StreamWithoutUsage,
        ": warming up\n\n" + Wires.StreamWithoutUsage,
        Wires.StreamWithoutUsage.Replace("\n", "\r\n", StringComparison.Ordinal),
        Wires.StreamWithoutUsage.Replace("\n", "\r", StringComparison.Ordinal),
        "event: message\nid: 7\n" + Wires.Delta("é 日本 😀") + ":\n\n" + Wires.Delta("x", "\"stop\"") + Wires.Done);

    [Theory]
    [MemberData(nameof(OddStreams))]
    public async Task A_stream_cut_at_every_byte_arrives_as_the_direct_stream(string stream)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        var cut = 0;
        await using var upstream = new FakeUpstream(async exchange =>
        {
            await exchange.StartEventsAsync("text/event-stream; charset=utf-8");
            if (cut > 0) await exchange.ChunkAsync(bytes.AsMemory(0, cut));
            if (cut < bytes.Length) await exchange.ChunkAsync(bytes.AsMemory(cut));
            await exchange.EndChunksAsync();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        for (cut = 0; cut <= bytes.Length; cut++)
        {
            using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
            Assert.Equal(stream, await answer.Content.ReadAsStringAsync());
        }
        Assert.All(await gateway.SettledAsync(bytes.Length + 1), row => Assert.Equal(Outcome.Succeeded, row.Outcome));
    }

    [Fact]
    public async Task A_stream_that_drips_byte_by_byte_arrives_whole()
    {
        await using var upstream = new FakeUpstream(async exchange =>
        {
            await exchange.StartEventsAsync();
            foreach (var one in Encoding.UTF8.GetBytes(Wires.StreamWithoutUsage)) await exchange.ChunkAsync(new[] { one });
            await exchange.EndChunksAsync();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));

        Assert.Equal(Wires.StreamWithoutUsage, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_event_reaches_the_caller_before_the_next_one_is_sent()
    {
        var seen = new SemaphoreSlim(0);
        await using var upstream = new FakeUpstream(async exchange =>
        {
            await exchange.StartEventsAsync();
            foreach (var word in new[] { "a", "b", "c" })
            {
                await exchange.ChunkAsync(Wires.Delta(word));
                await seen.WaitAsync(exchange.Stopped);
            }
            await exchange.ChunkAsync(Wires.Finish + Wires.Done);
            await exchange.EndChunksAsync();
        });
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: true));
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var words = new List<string>();
        while (await lines.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal) || !line.Contains("content", StringComparison.Ordinal)) continue;
            words.Add(line);
            seen.Release();
        }

        Assert.Equal(3, words.Count);
    }

    [Fact]
    public async Task The_callers_key_cookies_and_unknown_headers_stay_here()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(TestGateway.Chat()) };
        request.Headers.Add("Authorization", "Bearer sk-caller-secret");
        request.Headers.Add("Cookie", "session=caller");
        request.Headers.Add("X-Internal", "caller");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        using var answer = await gateway.Http.SendAsync(request);

        var seen = upstream.Requests.Single();
        Assert.DoesNotContain("caller", seen.Head, StringComparison.Ordinal);
        Assert.Null(seen.Header("Authorization"));
        Assert.Equal("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", seen.Header("traceparent"));
    }

    [Fact]
    public async Task An_upstream_gets_its_own_key_and_headers()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        var plan = TestGateway.Compile($$"""
            upstreams:
              fake: { type: openai-compatible, baseUrl: "{{upstream.BaseUrl}}/", apiKey: "${UP_KEY}", headers: { x-team: blue, x-token: "t-${UP_KEY}" } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: fake } ] } }
            """, name => name == "UP_KEY" ? "sk-up-1" : null);
        await using var gateway = await TestGateway.StartAsync(plan);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        var seen = upstream.Requests.Single();
        Assert.StartsWith("POST /v1/chat/completions HTTP/1.1", seen.Head, StringComparison.Ordinal);
        Assert.Equal("Bearer sk-up-1", seen.Header("Authorization"));
        Assert.Equal("blue", seen.Header("x-team"));
        Assert.Equal("t-sk-up-1", seen.Header("x-token"));
    }
}
