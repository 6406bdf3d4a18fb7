using System.Globalization;
using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>Takes members out of a request, and keeps the first mistake. An explicit null is an absent member, as OpenAI reads it.</summary>
internal sealed class AskReader(JsonElement root)
{
    /// <summary>The first one; null while all is well.</summary>
    public WireError? Error { get; private set; }

    public JsonElement? Find(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public float? Number(string name, double min, double max)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max) return (float)number;
        Fail($"'{name}' must be a number from {Shown(min)} to {Shown(max)}.", name);
        return null;
    }

    public int? Integer(string name, int min, int max)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max) return (int)number;
        Fail($"'{name}' must be a whole number from {Shown(min)} to {Shown(max)}.", name);
        return null;
    }

    public long? Long(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)) return number;
        Fail($"'{name}' must be a whole number.", name);
        return null;
    }

    public bool Flag(string name, bool otherwise = false)
    {
        if (Find(name) is not { } value) return otherwise;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Fail($"'{name}' must be true or false.", name);
        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A text, or a list of at most <paramref name="most"/> texts; empty ones are left out.</summary>
    public IReadOnlyList<string> Texts(string name, int most)
    {
        if (Find(name) is not { } value) return [];
        if (value.ValueKind == JsonValueKind.String) return value.GetString() is { Length: > 0 } one ? [one] : [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= most && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(item => item.GetString() ?? "").Where(text => text.Length > 0)];
        Fail($"'{name}' must be a text or a list of at most {most} texts.", name);
        return [];
    }

    /// <summary>Numbers by token id.</summary>
    public IReadOnlyDictionary<int, float>? Biases(string name, int vocabulary)
    {
        if (Find(name) is not { } value) return null;
        var biases = new Dictionary<int, float>();
        if (value.ValueKind != JsonValueKind.Object) Fail($"'{name}' must be an object of token ids and numbers.", name);
        else
            foreach (var member in value.EnumerateObject())
            {
                if (int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < vocabulary
                    && member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out var bias) && bias is >= -100 and <= 100) biases[id] = (float)bias;
                else Fail($"'{name}' must map ids of the model's {vocabulary} tokens to numbers from -100 to 100.", name);
            }
        return biases;
    }

    public void Fail(string message, string param) => Error ??= ErrorCodes.InvalidType.Error(message, param);

    public void Fail(WireError? error) => Error ??= error;

    private static string Shown(double number) => number.ToString(CultureInfo.InvariantCulture);
}
