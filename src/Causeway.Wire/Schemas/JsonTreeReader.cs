using System.Text.Json;
using System.Text.Unicode;
using Causeway.Wire.Json;

namespace Causeway.Wire.Schemas;

/// <summary>Reads a document into a <see cref="JsonTree"/>, strictly: valid UTF-8, no name twice, no half surrogates, bounded numbers.</summary>
internal ref struct JsonTreeReader
{
    private Utf8JsonReader _reader;
    private string? _problem;

    private JsonTreeReader(ReadOnlySpan<byte> document) =>
        _reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });

    /// <param name="document">The bytes of one JSON value.</param>
    /// <param name="problem">What is wrong, in words, and where. Never quotes the document's values.</param>
    public static JsonTree? Read(ReadOnlySpan<byte> document, out string problem)
    {
        problem = "";
        if (!Utf8.IsValid(document))
        {
            problem = "it is not valid UTF-8";
            return null;
        }
        var reader = new JsonTreeReader(document);
        try
        {
            reader._reader.Read();
            var tree = reader.ReadValue();
            if (tree is not null && !reader._reader.Read()) return tree;
            problem = reader._problem ?? "something follows the value";
        }
        catch (JsonException e)
        {
            problem = $"it is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}), or nested deeper than {WireJson.MaxDepth}";
        }
        catch (InvalidOperationException)
        {
            problem = "a string has half of a surrogate pair, which is no character";
        }
        return null;
    }

    private JsonTree? ReadValue() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(),
        JsonTokenType.StartArray => ReadArray(),
        JsonTokenType.String => new JsonTree { Kind = JsonKind.String, Text = _reader.GetString() ?? "" },
        JsonTokenType.Number => ReadNumber(),
        JsonTokenType.True => new JsonTree { Kind = JsonKind.True },
        JsonTokenType.False => new JsonTree { Kind = JsonKind.False },
        _ => new JsonTree { Kind = JsonKind.Null },
    };

    private JsonTree? ReadNumber()
    {
        if (ExactNumber.TryParse(_reader.ValueSpan, out var number)) return new JsonTree { Kind = JsonKind.Number, Number = number };
        _problem = $"a number has more than {ExactNumber.MaxDigits} digits or an exponent beyond {ExactNumber.MaxExponent}";
        return null;
    }

    private JsonTree? ReadArray()
    {
        var items = new List<JsonTree>();
        var weight = 1;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadValue() is not { } item) return null;
            items.Add(item);
            weight += item.Weight;
        }
        return new JsonTree { Kind = JsonKind.Array, Items = [.. items], Weight = weight };
    }

    private JsonTree? ReadObject()
    {
        var names = new List<string>();
        var items = new List<JsonTree>();
        var weight = 1;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(_reader.GetString() ?? "");
            _reader.Read();
            if (ReadValue() is not { } item) return null;
            items.Add(item);
            weight += item.Weight;
        }
        var tree = new JsonTree { Kind = JsonKind.Object, Names = [.. names], Items = [.. items], Weight = weight };
        if (tree.TryIndexNames(out var twice)) return tree;
        _problem = $"an object has the name \"{Pointer.Cut(twice ?? "")}\" twice";
        return null;
    }
}
