using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Engine.Formats;

/// <summary>An object of one of the small JSON files beside the weights. Every getter checks the kind and the bounds and names the file and the key.</summary>
internal sealed class ConfigJson
{
    /// <summary>For configurations: published ones have a few kilobytes, tokenizer_config.json some megabytes.</summary>
    public const int SizeLimit = 32 << 20;

    private readonly string _where;
    private readonly JsonElement _object;

    private ConfigJson(string where, JsonElement value) => (_where, _object) = (where, value);

    /// <exception cref="ModelFormatException">Not an object of JSON, too deep, or with a key twice.</exception>
    public static ConfigJson Parse(string file, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object ? new ConfigJson(file, root) : throw new ModelFormatException($"{file} is not a JSON object.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException($"{file} is not JSON that can be read: {error.Message}", error);
        }
    }

    public static ConfigJson Read(string folder, string file) => Parse(file, MappedFile.ReadAll(Path.Combine(folder, file), SizeLimit));

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Get(key) is not null;

    public bool Is(string key, JsonValueKind kind) => Get(key)?.ValueKind == kind;

    public IEnumerable<string> Keys => _object.EnumerateObject().Select(member => Said("a key", () => member.Name));

    public int Count(string key, int limit, int? absent = null)
    {
        if (Get(key) is not { } value) return absent ?? throw Bad(key, "is missing");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number)) throw Bad(key, "is not a whole number");
        return number >= 1 && number <= limit ? (int)number : throw Bad(key, $"is {number}; this engine takes 1 to {limit}");
    }

    /// <summary>A finite number above 0.</summary>
    public double Positive(string key, double? absent = null)
    {
        if (Get(key) is not { } value) return absent ?? throw Bad(key, "is missing");
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0
            ? number
            : throw Bad(key, "is not a number above 0");
    }

    /// <summary>Any number; NaN for one that is beyond a double.</summary>
    public double Number(string key) => Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : double.NaN;

    public bool Flag(string key, bool absent) => Get(key)?.ValueKind switch
    {
        null => absent,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad(key, "is neither true nor false"),
    };

    public string? Text(string key)
    {
        if (Get(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String ? Said(key, value.GetString) : throw Bad(key, "is not a string");
    }

    public ConfigJson? Object(string key)
    {
        if (Get(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Object ? new ConfigJson($"{_where}, {key}", value) : throw Bad(key, "is not an object");
    }

    /// <summary>Whether there is nothing there, or a list or object without members.</summary>
    public bool IsEmpty(string key) => Get(key) switch
    {
        null => true,
        { ValueKind: JsonValueKind.Array } value => value.GetArrayLength() == 0,
        { ValueKind: JsonValueKind.Object } value => value.GetPropertyCount() == 0,
        { ValueKind: JsonValueKind.False } => true,
        _ => false,
    };

    /// <summary>The objects of a list; empty when there is none.</summary>
    public IEnumerable<ConfigJson> Objects(string key) => Items(key).Select((item, i) => item.ValueKind == JsonValueKind.Object
        ? new ConfigJson($"{_where}, {key}[{i}]", item)
        : throw Bad(key, "is not a list of objects"));

    /// <summary>The strings of a list; empty when there is none.</summary>
    public ImmutableArray<string> Texts(string key) => [.. Items(key).Select(item => item.ValueKind == JsonValueKind.String
        ? Said(key, item.GetString)!
        : throw Bad(key, "is not a list of strings"))];

    /// <summary>Whole numbers from 0 on, of a list or of the one number that stands for it; empty when there is none.</summary>
    public ImmutableArray<int> Numbers(string key) => [.. (Is(key, JsonValueKind.Number) ? [Get(key)!.Value] : Items(key)).Select(item =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) && number >= 0 ? number : throw Bad(key, "is not a list of whole numbers from 0 on"))];

    public ModelFormatException Bad(string key, string what) => new($"{_where}: {key} {what}.");

    // A string of JSON may hold bytes or escapes that are no text.
    private T Said<T>(string key, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Bad(key, "is not text in UTF-8");
        }
    }

    private List<JsonElement> Items(string key)
    {
        if (Get(key) is not { } value) return [];
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Bad(key, "is not a list");
    }

    private JsonElement? Get(string key) => Said(key, () => _object.TryGetProperty(key, out var found) ? found : default) is var value && value.ValueKind != JsonValueKind.Undefined && value.ValueKind != JsonValueKind.Null ? value : null;
}
