using System.Text;
using System.Text.Json;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Adapt.Answers;

namespace Causeway.Gateway.Tests.Answers;

/// <summary>Runs the edits of answers without a network: the bytes of an upstream in, the caller's bytes out.</summary>
internal static class Edits
{
    public static readonly Guid Exchange = new("01890000-0000-7000-8000-000000000001");

    /// <summary>The caller's stream, when the upstream's comes in pieces of these sizes, the last size for all further ones.</summary>
    public static async Task<string> StreamAsync(AnswerEdits edits, string sse, params int[] sizes)
    {
        using var body = new PieceStream(Encoding.UTF8.GetBytes(sse), sizes.Length == 0 ? [int.MaxValue] : sizes);
        var events = new EditedEvents(body, new StreamEditor(new StreamEditing { Chain = new ChoiceChains(edits, Exchange).Make }), isPart: false);
        await using var edited = new EditedStream(events);
        using var all = new MemoryStream();
        await edited.CopyToAsync(all);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    public static string Whole(AnswerEdits edits, string json)
    {
        var scratch = new RentedBuffer();
        var answer = WholeAnswer.Read(Encoding.UTF8.GetBytes(json), new ChoiceChains(edits, Exchange).Make, scratch);
        Assert.NotNull(answer);
        scratch.Clear();
        WholeAnswer.Write([answer], null, scratch);
        return Encoding.UTF8.GetString(scratch.Span);
    }

    /// <summary>A delta's event.</summary>
    public static string Delta(string delta, string finish = "null", string more = "", string choiceMore = "") =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}{{choiceMore}}}]{{more}}}""" + "\n\n";

    public static string Content(string text) => Delta($$"""{"content":{{Quote(text)}}}""");

    public static string Quote(string text) => "\"" + JsonEncodedText.Encode(text) + "\"";

    public static string Message(string message, string finish = "\"stop\"", string more = "") =>
        $$"""{"id":"c1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{{message}},"logprobs":null,"finish_reason":{{finish}}}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}{{more}}}""";
}

/// <summary>A body that comes in pieces of given sizes.</summary>
internal sealed class PieceStream(byte[] bytes, int[] sizes) : MemoryStream(bytes)
{
    private int _reads;

    /// <summary>Bytes taken so far.</summary>
    public long Taken => Position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var size = sizes[Math.Min(_reads++, sizes.Length - 1)];
        return base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
