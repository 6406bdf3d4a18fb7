using System.Text;
using System.Text.Json;
using Causeway.Gateway.Upstreams;
using Causeway.Gateway.Upstreams.Rehearsal;
using Causeway.Spec.Plans;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rehearsal;

/// <summary>One rehearsal upstream and the short ways to ask it something.</summary>
internal sealed class Stage : IDisposable
{
    public Stage(params FaultPlan[] faults)
        : this(TimeSpan.Zero, TimeSpan.Zero, faults)
    {
    }

    public Stage(TimeSpan first, TimeSpan between, params FaultPlan[] faults) =>
        Upstream = new RehearsalUpstream("rehearsal", new RehearsalPlan(first, between, [.. faults]), Time);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    public RehearsalUpstream Upstream { get; }

    /// <summary>A request's JSON: a model, one user message, and more members.</summary>
    public static string Request(string user, string more = "", string model = "gpt-4o") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{Quoted(user)}}}]{{(more == "" ? "" : "," + more)}}}""";

    public static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    public ValueTask<UpstreamReply> SendAsync(string body) => SendUntilAsync(body, TestContext.Current.CancellationToken);

    public ValueTask<UpstreamReply> SendUntilAsync(string body, CancellationToken cancel) =>
        Upstream.SendAsync(new UpstreamCall(Encoding.UTF8.GetBytes(body), body.Contains("\"stream\":true", StringComparison.Ordinal), null), cancel);

    /// <summary>The whole answer of a request that must succeed.</summary>
    public async Task<JsonElement> AskAsync(string body)
    {
        using var reply = await SendAsync(body);
        var text = await TextAsync(reply);
        Assert.True(reply.Status == 200, text);
        return Parse(text);
    }

    /// <summary>The parsed events, without <c>[DONE]</c>, of a request that must succeed.</summary>
    public async Task<List<JsonElement>> StreamAsync(string body)
    {
        using var reply = await SendAsync(body);
        var text = await TextAsync(reply);
        Assert.True(reply.Status == 200, text);
        Assert.Equal("text/event-stream", reply.MediaType);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, static line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        return [.. events[..^1].Select(line => Parse(line["data: ".Length..]))];
    }

    /// <summary>Status and the <c>error</c> object of a request that must be refused.</summary>
    public async Task<(int Status, JsonElement Error)> RefusedAsync(string body)
    {
        using var reply = await SendAsync(body);
        var text = await TextAsync(reply);
        Assert.True(reply.Status >= 400, text);
        return (reply.Status, Parse(text).GetProperty("error"));
    }

    public static async Task<string> TextAsync(UpstreamReply reply)
    {
        using var bytes = new MemoryStream();
        await reply.Body.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>No half of a surrogate pair.</summary>
    public static bool IsWellFormed(string text) => !text.EnumerateRunes().Any(static rune => rune == Rune.ReplacementChar);

    public static JsonElement Parse(string json) => JsonElement.Parse(json);

    public static string Content(JsonElement answer, int choice = 0) =>
        answer.GetProperty("choices")[choice].GetProperty("message").GetProperty("content").GetString() ?? "";

    public static string Finish(JsonElement answer, int choice = 0) =>
        answer.GetProperty("choices")[choice].GetProperty("finish_reason").GetString() ?? "";

    public void Dispose() => Upstream.Dispose();
}
