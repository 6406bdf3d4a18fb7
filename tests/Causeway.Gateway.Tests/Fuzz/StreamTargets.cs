using System.Text;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Tests.Answers;
using Causeway.Gateway.Upstreams;
using Causeway.Testing;
using Causeway.Wire.Chat;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Tests.Fuzz;

/// <summary>Targets whose input comes in pieces: what comes out does not depend on where it was cut.</summary>
internal static class StreamTargets
{
    private static readonly PlanState _plans = new(TestGateway.Compile(TestGateway.SpecFor("http://127.0.0.1:9/v1")), TimeProvider.System);

    public static void Edited(byte[] input, Random random, AnswerEdits edits)
    {
        var whole = Edit(input, [int.MaxValue], edits);
        Assert.Equal(Encoding.UTF8.GetString(whole), Encoding.UTF8.GetString(Edit(input, Sizes(random), edits)));
    }

    /// <summary>The stream as the caller gets it: the same for every cut, and ended one way or the other.</summary>
    public static void Relayed(byte[] input, Random random)
    {
        var strips = random.Next(2) == 0;
        var whole = Relay(input, [int.MaxValue], strips);
        var pieces = Relay(input, Sizes(random), strips);
        Assert.Equal(whole.Text, pieces.Text);
        Assert.Equal(whole.Verdict, pieces.Verdict);
        if (!whole.Verdict.StartsWith("True", StringComparison.Ordinal)) Assert.Empty(whole.Text);
        else Assert.Contains(whole.Verdict.Contains("Cut", StringComparison.Ordinal) ? "\"error\"" : "[DONE]", whole.Text, StringComparison.Ordinal);
    }

    /// <summary>Text with markup in it gives the same calls, content and reasoning whole and in whatever pieces.</summary>
    public static void Dialect(byte[] input, Random random)
    {
        // A lone half of a character has no spelling in JSON.
        var text = Encoding.UTF8.GetString(input).Replace("\0", "", StringComparison.Ordinal);
        var edits = FuzzCorpus.OneDialect(random.Next(9));
        var whole = Told.OfWhole(Edits.Whole(edits, Edits.Message($$"""{"role":"assistant","content":{{Edits.Quote(text)}}}""")));
        var sse = new StringBuilder(Edits.Delta("""{"role":"assistant","content":""}"""));
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(text.Length - at, random.Next(1, 30));
            if (char.IsHighSurrogate(text[at + length - 1]) && at + length < text.Length) length++;
            sse.Append(Edits.Content(text.Substring(at, length)));
            at += length;
        }
        var streamed = Told.OfStream(Encoding.UTF8.GetString(Edit(Encoding.UTF8.GetBytes(sse + Edits.Delta("{}", "\"stop\"") + Wires.Done), [int.MaxValue], edits)));
        Assert.Equal(whole, streamed);
    }

    private static int[] Sizes(Random random) => [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(1, 1 << random.Next(1, 12)))];

    private static byte[] Edit(byte[] input, int[] sizes, AnswerEdits edits)
    {
        using var body = new PieceStream(input, sizes);
        var events = new EditedEvents(body, new StreamEditor(new StreamEditing { Chain = new ChoiceChains(edits, Edits.Exchange).Make, CountPrompt = static () => 7 }), isPart: false);
        using var edited = new EditedStream(events);
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        while (edited.ReadAsync(buffer).AsTask().GetAwaiter().GetResult() is > 0 and var read) all.Write(buffer, 0, read);
        return all.ToArray();
    }

    private static (string Text, string Verdict) Relay(byte[] input, int[] sizes, bool strips)
    {
        var http = new DefaultHttpContext();
        using var sent = new MemoryStream();
        http.Response.Body = sent;
        using var call = new Call(TimeProvider.System);
        call.Begin(http, _plans.Current, Operation.Chat);
        Assert.True(ChatEnvelope.TryRead("""{"model":"m","stream":true}"""u8, out call.Envelope, out _));
        using var reply = new PieceReply(new PieceStream(input, sizes));
        var outcome = new StreamRelay(call, reply, _plans.Plan.Upstreams.First(), strips).RunAsync().AsTask().GetAwaiter().GetResult();
        http.Response.BodyWriter.FlushAsync().AsTask().GetAwaiter().GetResult();
        var verdict = $"{outcome.IsAnswered} {call.Outcome} {call.ErrorCode} {call.StatedUsage} {call.FinishReason}";
        call.End();
        return (Encoding.UTF8.GetString(sent.ToArray()), verdict);
    }

    private sealed class PieceReply : UpstreamReply
    {
        public PieceReply(Stream body) => (Status, MediaType, Body) = (200, "text/event-stream", body);

        public override Stream Body { get; }
        public override string? Header(string name) => null;

        public override void PassHeaders(IHeaderDictionary to)
        {
        }

        protected override void Dispose(bool disposing) => Body.Dispose();
    }
}
