using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Wire.Embeddings;

/// <summary>
/// Reads the member that completions call <c>prompt</c> and embeddings <c>input</c>: a text, a list of texts, a list of token ids, or a list of such
/// lists.
/// </summary>
public static class TextInputs
{
    /// <param name="most">How many inputs are allowed.</param>
    public static WireError? Read(JsonElement root, string name, int most, List<EmbeddingInput> into)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return ErrorCodes.MissingRequiredParameter.Error($"Missing required parameter: '{name}'.", name);
        if (value.ValueKind == JsonValueKind.String) return Add(value, name, into);
        if (value.ValueKind != JsonValueKind.Array) return Wrong(name);
        if (value.GetArrayLength() == 0) return ErrorCodes.InvalidType.Error($"'{name}' must not be empty.", name);
        if (value[0].ValueKind == JsonValueKind.Number) return Add(value, name, into);
        if (value.GetArrayLength() > most) return ErrorCodes.InvalidType.Error($"'{name}' has at most {most} entries.", name);
        foreach (var item in value.EnumerateArray())
            if (Add(item, name, into) is { } error) return error;
        return null;
    }

    private static WireError? Add(JsonElement item, string name, List<EmbeddingInput> into)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            // A text can be continued from nothing; nothing has no meaning to be embedded.
            if (name == "input" && item.ValueEquals(ReadOnlySpan<byte>.Empty)) return ErrorCodes.InvalidType.Error("'input' must not be an empty text.", name);
            into.Add(new EmbeddingInput(item.GetString(), null));
            return null;
        }
        if (item.ValueKind != JsonValueKind.Array) return Wrong(name);
        var tokens = new int[item.GetArrayLength()];
        if (tokens.Length == 0) return ErrorCodes.InvalidType.Error($"'{name}' must not hold an empty list.", name);
        for (var i = 0; i < tokens.Length; i++)
            if (item[i].ValueKind != JsonValueKind.Number || !item[i].TryGetInt32(out tokens[i]) || tokens[i] < 0) return Wrong(name);
        into.Add(new EmbeddingInput(null, tokens));
        return null;
    }

    private static WireError Wrong(string name) =>
        ErrorCodes.InvalidType.Error($"'{name}' must be a text, a list of texts, a list of token ids, or a list of lists of token ids.", name);
}
