using System.Text.Json;
using Causeway.Wire.Embeddings;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>
/// Plays <c>/v1/embeddings</c> and <c>/v1/tokenize</c>. A vector is the text's toy tokens hashed into its dimensions with a sign and scaled to length 1
/// (feature hashing, Weinberger et al. 2009, arXiv:0902.2206): texts with words in common are near each other, and nothing else is meant.
/// </summary>
internal static class VectorPlay
{
    public const int Dimensions = 256;
    private const int Vocabulary = 50_000;
    private const int ContextTokens = 128_000;

    public static WireError? Embed(JsonElement root, Script script, RenderBuffer buffer)
    {
        if (EmbeddingRequest.TryRead(root, out var error) is not { } request) return error;
        var vectors = request.Inputs.Select(input => VectorOf(IdsOf(input), request.Dimensions ?? Dimensions)).ToList();
        using var json = new Utf8JsonWriter(buffer, AnswerJson.Options);
        EmbeddingAnswer.Write(json, script.AnswerModel(), vectors, request.AsBase64, request.Inputs.Sum(input => (long)IdsOf(input).Count));
        return null;
    }

    /// <summary>Of a <c>prompt</c>, or of the texts of <c>messages</c>.</summary>
    public static WireError? Tokenize(JsonElement root, RenderBuffer buffer)
    {
        var ids = new List<int>();
        if (root.Text("prompt"u8) is { } prompt) ids.AddRange(IdsOf(new EmbeddingInput(prompt, null)));
        else if (root.Has("messages"u8, out _))
        {
            if (Rules.MessageRules.Check(root) is { } error) return error;
            foreach (var message in root.GetProperty("messages"u8).EnumerateArray())
                ids.AddRange(IdsOf(new EmbeddingInput(message.Text("content"u8) ?? "", null)));
        }
        else return ErrorCodes.MissingRequiredParameter.Error("Missing required parameter: 'prompt' or 'messages'.", "prompt");
        using var json = new Utf8JsonWriter(buffer, AnswerJson.Options);
        json.WriteStartObject();
        json.WriteNumber("count"u8, ids.Count);
        json.WriteNumber("max_model_len"u8, ContextTokens);
        json.WriteStartArray("tokens"u8);
        foreach (var id in ids) json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    private static List<int> IdsOf(EmbeddingInput input)
    {
        if (input.Tokens is { } tokens) return [.. tokens];
        var ids = new List<int>();
        for (var text = input.Text.AsSpan(); !text.IsEmpty;)
        {
            var length = ToyTokenizer.NextLength(text);
            ids.Add((int)(Chance.Hash(text[..length], Chance.Basis) % Vocabulary));
            text = text[length..];
        }
        return ids;
    }

    private static float[] VectorOf(List<int> ids, int dimensions)
    {
        var vector = new float[dimensions];
        foreach (var id in ids)
        {
            var hash = Chance.Child((ulong)id, 1);
            vector[(int)(hash % (uint)dimensions)] += hash >> 63 == 0 ? 1 : -1;
        }
        // Also an empty text has a direction, and one whose tokens cancel out.
        if (Array.TrueForAll(vector, number => number == 0)) vector[0] = 1;
        var length = MathF.Sqrt(vector.Sum(number => number * number));
        for (var i = 0; i < dimensions; i++) vector[i] /= length;
        return vector;
    }
}
