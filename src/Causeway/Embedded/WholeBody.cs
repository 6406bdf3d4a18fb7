using System.Buffers;
using System.Text.Json;
using Causeway.Engine.Tokenizers;

namespace Causeway.Embedded;

/// <summary>Makes an answer that is sent in one piece.</summary>
internal static class WholeBody
{
    /// <param name="echoes">What goes before the text of each choice; empty for a chat.</param>
    public static async Task<Stream> MakeAsync(AnswerRun run, AnswerHead head, ChatAsk ask, Tokenizer tokenizer, IReadOnlyList<string> echoes, int choices, CancellationToken cancel)
    {
        await using (run.ConfigureAwait(false))
        {
            var gathered = Enumerable.Range(0, choices).Select(_ => new WholeChoice()).ToList();
            await foreach (var delta in run.Deltas.ReadAllAsync(cancel).ConfigureAwait(false)) gathered[delta.Choice].Add(delta);
            return Of(json =>
            {
                json.WriteStartObject();
                json.WriteHead(head, head.IsChat ? "chat.completion"u8 : "text_completion"u8);
                json.WriteStartArray("choices"u8);
                for (var index = 0; index < choices; index++)
                    if (head.IsChat) gathered[index].WriteChat(json, index, tokenizer, ask.WantsLogprobs);
                    else gathered[index].WriteText(json, index, tokenizer, ask.WantsLogprobs, echoes.Count == 0 ? "" : echoes[index]);
                json.WriteEndArray();
                json.WriteUsage(run.Usage);
                json.WriteEndObject();
            });
        }
    }

    public static Stream Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = AnswerJson.Writer(buffer)) write(json);
        return new MemoryStream(buffer.WrittenMemory.ToArray(), writable: false);
    }
}
