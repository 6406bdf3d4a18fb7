using System.Text.Json;
using Causeway.Ledger;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Answers;

/// <summary>
/// Every fault of an upstream, before and after its first byte, streamed and whole, with and without edits of the answer, with and without
/// a fallback: an error that SDKs know or the fallback's answer, never both, never a hang, and one row in the ledger.
/// </summary>
public sealed class FaultMatrixTests
{
    private const string Good = "Hi there";

    private static readonly string[] _before =
        ["unreachable", "reset", "close", "cut-head", "not-http", "401", "404", "429", "500", "503", "redirect", "html", "empty", "not-json", "error-200", "no-choices", "stall"];

    private static readonly string[] _after = ["reset", "close", "end", "error", "not-json", "stall"];

    public static TheoryData<string, bool, bool, bool, bool> Cases()
    {
        var cases = new TheoryData<string, bool, bool, bool, bool>();
        foreach (var edits in new[] { false, true })
            foreach (var fallback in new[] { false, true })
                foreach (var stream in new[] { false, true })
                {
                    foreach (var fault in _before) cases.Add(fault, false, stream, edits, fallback);
                    foreach (var fault in _after) cases.Add(fault, true, stream, edits, fallback);
                }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_upstreams_fault_ends_in_an_error_or_in_the_fallbacks_answer(string fault, bool afterFirstByte, bool stream, bool edits, bool fallback)
    {
        await using var broken = new FakeUpstream(exchange => afterFirstByte ? BreakAfterAsync(exchange, fault, stream) : BreakBeforeAsync(exchange, fault, stream));
        await using var sound = stream ? FakeUpstream.Events(Wires.Stream) : FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Spec(fault, broken, sound, edits, fallback));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream), patience.Token);
        var (text, endedInOrder) = await CutStreamTests.ReadAsync(answer);

        var reachedCaller = afterFirstByte && stream;
        // A whole answer's head has as long as the exchange has: nothing is left for a fallback then.
        fallback &= !(fault == "stall" && !stream && !afterFirstByte);
        if (reachedCaller) AssertCut(text, endedInOrder);
        else if (fallback) Assert.Equal(Good, stream ? Told.OfStream(text).Content : Told.OfWhole(text).Content);
        else AssertError((int)answer.StatusCode, text);
        Assert.Equal(fallback && !reachedCaller ? 1 : 0, sound.Requests.Count);
        var row = Assert.Single(await gateway.SettledAsync());
        Assert.Equal(reachedCaller ? Outcome.Cut : fallback ? Outcome.Succeeded : Outcome.Failed, row.Outcome);
    }

    private static void AssertCut(string text, bool endedInOrder)
    {
        Assert.False(endedInOrder);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        using var error = JsonDocument.Parse(text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1]["data: ".Length..]);
        Assert.False(string.IsNullOrEmpty(error.RootElement.GetProperty("error").GetProperty("code").GetString()));
        Assert.DoesNotContain(Good, text, StringComparison.Ordinal);
    }

    private static void AssertError(int status, string text)
    {
        Assert.InRange(status, 400, 599);
        using var error = JsonDocument.Parse(text);
        Assert.False(string.IsNullOrEmpty(error.RootElement.GetProperty("error").GetProperty("type").GetString()));
    }

    private static string Spec(string fault, FakeUpstream broken, FakeUpstream sound, bool edits, bool fallback)
    {
        var profile = edits ? ", profile: bedrock-qwen3-coder-next" : "";
        var address = fault == "unreachable" ? "http://127.0.0.1:1/v1" : broken.BaseUrl;
        return $$"""
            upstreams:
              broken: { type: openai-compatible, baseUrl: "{{address}}"{{profile}} }
              sound: { type: openai-compatible, baseUrl: "{{sound.BaseUrl}}"{{profile}} }
            routes:
              all: { match: { model: "*" }, targets: [ { upstream: broken }{{(fallback ? ", { upstream: sound }" : "")}} ] }
            {{(fault == "stall" ? "limits: { timeToFirstToken: 2s, idle: 2s, total: 5s }" : "")}}
            """;
    }

    private static async Task BreakBeforeAsync(FakeExchange exchange, string fault, bool stream)
    {
        var type = stream ? "text/event-stream" : "application/json";
        switch (fault)
        {
            case "reset": exchange.Reset(); break;
            case "close": exchange.Close(); break;
            case "cut-head":
                await exchange.RawAsync("HTTP/1.1 200 OK\r\nContent-");
                exchange.Close();
                break;
            case "not-http":
                await exchange.RawAsync("SSH-2.0-OpenSSH_9.6\r\n\r\n");
                exchange.Close();
                break;
            case "redirect": await exchange.AnswerAsync(302, type, "", "Location: http://127.0.0.1:1/\r\n"); break;
            case "html": await exchange.AnswerAsync(200, "text/html", "<html></html>"); break;
            case "empty": await exchange.AnswerAsync(200, type, ""); break;
            case "not-json": await exchange.AnswerAsync(200, type, stream ? "data: {broken\n\n" : "{broken"); break;
            case "error-200": await exchange.AnswerAsync(200, type, (stream ? "data: " : "") + """{"error":{"message":"out of memory","type":"server_error"}}""" + (stream ? "\n\n" : "")); break;
            case "no-choices": await exchange.AnswerAsync(200, type, stream ? "" : """{"id":"x"}"""); break;
            case "stall": await exchange.UntilHangUpAsync(); break;
            default: await exchange.AnswerAsync(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture), "application/json", """{"error":{"message":"no","type":"t","code":"c"}}"""); break;
        }
    }

    private static async Task BreakAfterAsync(FakeExchange exchange, string fault, bool stream)
    {
        await exchange.StartEventsAsync(stream ? "text/event-stream" : "application/json");
        await exchange.ChunkAsync(stream ? Wires.Delta("Hi", more: ",\"x\":1") : Wires.Completion[..40]);
        switch (fault)
        {
            case "reset": exchange.Reset(); break;
            case "close": exchange.Close(); break;
            case "end": await exchange.EndChunksAsync(); break;
            case "error":
                await exchange.ChunkAsync(stream ? """data: {"error":{"message":"out of memory","type":"server_error"}}""" + "\n\n" : """{"error":{"message":"out of memory"}}""");
                await exchange.EndChunksAsync();
                break;
            case "not-json":
                await exchange.ChunkAsync("data: {broken\n\n");
                await exchange.EndChunksAsync();
                break;
            default: await exchange.UntilHangUpAsync(); break;
        }
    }
}
