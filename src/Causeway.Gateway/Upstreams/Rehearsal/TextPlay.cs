using System.Text.Json;
using Causeway.Gateway.Upstreams.Rehearsal.Rules;
using Causeway.Wire.Embeddings;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Plays <c>/v1/completions</c>: what the scripts of chat say to a prompt, as a text that goes on from it.</summary>
internal static class TextPlay
{
    private const int MaxPrompts = 128;
    private const int DefaultTokens = 16;

    /// <summary>The request as the scripts know it, and what each choice says: n for each prompt, in the order of the prompts.</summary>
    public static WireError? TryRead(JsonElement root, Script script, out RehearsalRequest request, out ChoicePlay[] plays)
    {
        (request, plays) = (null!, []);
        var prompts = new List<EmbeddingInput>();
        if ((TextInputs.Read(root, "prompt", MaxPrompts, prompts) ?? SamplingRules.CheckText(root)) is { } error) return error;
        var n = Number(root, "n"u8) ?? 1;
        if (n * prompts.Count > MaxPrompts) return Refusals.Invalid($"'n' times the number of prompts is at most {MaxPrompts}.", "n");
        var echo = root.IsTrue("echo"u8);
        request = new RehearsalRequest
        {
            Script = script,
            Seed = root.Has("seed"u8, out var seed) ? (ulong)seed.GetInt64() : 0,
            PromptTokens = prompts.Sum(CountOf),
            LastUserText = "",
            Stream = root.IsTrue("stream"u8),
            IncludeUsage = root.Has("stream_options"u8, out var options) && options.IsTrue("include_usage"u8),
            Choices = n,
            MaxTokens = Number(root, "max_tokens"u8) ?? DefaultTokens,
            Stops = RequestReader.Stops(root),
            IsText = true,
        };
        var asked = request;
        plays = [.. prompts.SelectMany(prompt => Composer.Compose(asked with
        {
            LastUserText = TextOf(prompt), Seed = Chance.Hash(TextOf(prompt), Chance.Basis) ^ asked.Seed,
        }).Select(play => echo ? play with { Parts = [new PlayPart(null, TextOf(prompt) + play.Parts[0].Text)] } : play))];
        return null;
    }

    public static int Render(RehearsalRequest request, ChoicePlay[] plays, AnswerHead head, RenderBuffer buffer)
    {
        using var json = new Utf8JsonWriter(buffer, AnswerJson.Options);
        var (total, longest) = (0, 0);
        json.WriteStartObject();
        json.WriteHead(head, "text_completion"u8);
        json.WriteStartArray("choices"u8);
        for (var index = 0; index < plays.Length; index++)
        {
            var cursor = new PlayCursor(plays[index]);
            json.WriteStartObject();
            json.WritePropertyName("text"u8);
            while (cursor.Next()) json.WriteStringValueSegment(cursor.Text, isFinalSegment: false);
            json.WriteStringValueSegment(ReadOnlySpan<char>.Empty, isFinalSegment: true);
            json.WriteNumber("index"u8, index);
            json.WriteNull("logprobs"u8);
            json.WriteString("finish_reason"u8, cursor.Finish);
            json.WriteEndObject();
            total += cursor.Said;
            longest = Math.Max(longest, cursor.Said);
        }
        json.WriteEndArray();
        json.WriteUsage(request.PromptTokens, total);
        json.WriteEndObject();
        return longest;
    }

    private static string TextOf(EmbeddingInput input) => input.Text ?? string.Join(' ', input.Tokens!);

    private static int CountOf(EmbeddingInput input) => input.Tokens?.Count ?? ToyTokenizer.Count(input.Text);

    private static int? Number(JsonElement root, ReadOnlySpan<byte> name) => root.Has(name, out var value) ? value.GetInt32() : null;
}
