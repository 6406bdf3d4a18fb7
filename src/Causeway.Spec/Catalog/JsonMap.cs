using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Causeway.Spec.Catalog;

/// <summary>
/// Reads a JSON object with a fixed set of keys, strictly: an unknown key, a value of another type or out of bounds ends the reading with
/// the place where it stands. A misspelt date is no date, and a model would be served into its end.
/// </summary>
internal sealed class JsonMap
{
    private const int MaxText = 2048;
    private readonly JsonElement _object;
    private readonly string _path;

    private JsonMap(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object) throw At(path, "must be an object");
        (_object, _path) = (element, path);
    }

    public static JsonMap Over(JsonElement element, string path, params ReadOnlySpan<string> keys)
    {
        var map = new JsonMap(element, path);
        foreach (var property in element.EnumerateObject())
            if (!keys.Contains(property.Name)) throw At($"{path}.{property.Name}", "is no key that catalogs have here");
        return map;
    }

    /// <summary>The entries of an object whose keys are names: 1 to 256 characters without control characters.</summary>
    public static IEnumerable<(string Name, JsonElement Value, string Path)> Entries(JsonElement element, string path)
    {
        var map = new JsonMap(element, path);
        foreach (var property in map._object.EnumerateObject())
        {
            if (property.Name.Length is 0 or > 256 || property.Name.Any(char.IsControl)) throw At(path, "has a name that no model can have");
            yield return (property.Name, property.Value, $"{path}.{property.Name}");
        }
    }

    public JsonElement? Find(string key) => _object.TryGetProperty(key, out var value) ? value : null;

    public string PathOf(string key) => $"{_path}.{key}";

    public CatalogFormatException Wrong(string key, string? what = null) => At(PathOf(key), what ?? "is missing");

    public JsonElement Required(string key) => Find(key) ?? throw Wrong(key, "is missing");

    public string? Text(string key)
    {
        if (Find(key) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 and <= MaxText } text || text.Any(char.IsControl))
            throw Wrong(key, $"must be text of 1 to {MaxText} characters");
        return text;
    }

    public int? Count(string key)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0
            ? number : throw Wrong(key, "must be a whole number above zero");
    }

    /// <summary>A price: US dollars per million tokens, in the bounds that specs have.</summary>
    public decimal? Dollars(string key)
    {
        if (Find(key) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number is >= 0 and <= 1_000_000
            && decimal.Round(number, 9) == number ? number : throw Wrong(key, "must be a number from 0 to 1000000 with at most 9 decimals");
    }

    public DateOnly? Date(string key)
    {
        if (Text(key) is not { } text) return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : throw Wrong(key, "must be a date such as 2026-11-22");
    }

    public T? Choice<T>(string key, ImmutableArray<(string Word, T Value)> choices) where T : struct
    {
        if (Find(key) is not { } value) return null;
        return ChoiceOf(value, PathOf(key), choices);
    }

    public ImmutableArray<string> Texts(string key) => [.. Items(key).Select((item, i) => TextOf(item, $"{PathOf(key)}[{i}]"))];

    public IEnumerable<JsonElement> Items(string key)
    {
        if (Find(key) is not { } value) return [];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(key, "must be a list");
    }

    public static string TextOf(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxText } text && !text.Any(char.IsControl)
            ? text : throw At(path, $"must be text of 1 to {MaxText} characters");

    public static T ChoiceOf<T>(JsonElement value, string path, ImmutableArray<(string Word, T Value)> choices)
    {
        var text = TextOf(value, path);
        foreach (var (word, choice) in choices)
            if (word == text) return choice;
        throw At(path, $"must be one of {string.Join(", ", choices.Select(choice => choice.Word))}");
    }

    private static CatalogFormatException At(string path, string what) => new($"{path} {what}");
}
