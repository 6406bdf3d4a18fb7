using System.Text;
using System.Text.Json;

namespace Causeway.Wire.Json;

/// <summary>Names a place in a document as OpenAI's <c>param</c> does: <c>messages[0].role</c>. Cold: it reads again.</summary>
internal static class JsonPath
{
    // Names come from the caller and may be a megabyte long; the path is for a person.
    private const int MaxNameLength = 64;
    private const int MaxLength = 256;

    /// <summary>The path of the token that starts at <paramref name="offset"/> of a document valid up to there.</summary>
    public static string At(ReadOnlySpan<byte> document, int offset)
    {
        var steps = new List<Step>();
        var reader = new Utf8JsonReader(document, WireJson.ReaderOptions);
        while (reader.Read())
        {
            Follow(ref reader, steps);
            if (reader.TokenStartIndex >= offset) break;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                steps.Add(new Step(null, reader.TokenType == JsonTokenType.StartArray ? -1 : null));
        }
        return Render(steps);
    }

    private static void Follow(ref Utf8JsonReader reader, List<Step> steps)
    {
        if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) steps.RemoveAt(steps.Count - 1);
        else if (reader.TokenType == JsonTokenType.PropertyName) steps[^1] = new Step(Name(ref reader), null);
        else if (steps.Count > 0 && steps[^1].Index is { } index) steps[^1] = new Step(null, index + 1);
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        var name = new byte[raw.Length];
        var length = reader.ValueIsEscaped ? JsonText.Unescape(raw, name) : raw.Length;
        if (!reader.ValueIsEscaped) raw.CopyTo(name);
        var text = Encoding.UTF8.GetString(name.AsSpan(0, Math.Min(length, MaxNameLength)));
        return length > MaxNameLength ? text + "..." : text;
    }

    private static string Render(List<Step> steps)
    {
        var path = new StringBuilder();
        foreach (var step in steps)
        {
            if (step.Index is { } index) path.Append('[').Append(index).Append(']');
            else path.Append(path.Length > 0 ? "." : "").Append(step.Name);
            if (path.Length > MaxLength) return path.ToString(0, MaxLength) + "...";
        }
        return path.ToString();
    }

    private readonly record struct Step(string? Name, int? Index);
}
