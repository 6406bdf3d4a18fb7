using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>
/// Everything that applies to one value: the schema, what it refers to, all of <c>allOf</c> and one branch of <c>anyOf</c> or
/// <c>oneOf</c>. A value is right when it is right for each part.
/// </summary>
internal sealed class SchemaFacets
{
    private const int MostParts = 64;
    private const int MostChoices = 1000;

    private readonly List<JsonElement> _parts = [];
    private readonly JsonElement _root;
    private readonly bool _allProperties;
    private readonly Effort _effort;

    /// <param name="lowest">Take the branch that ends soonest, not one by chance.</param>
    public SchemaFacets(
        JsonElement root, bool allProperties, Effort effort, ReadOnlySpan<JsonElement> schemas, ref Chance chance, bool lowest)
    {
        _root = root;
        _allProperties = allProperties;
        _effort = effort;
        foreach (var schema in schemas)
            Add(schema);
        // The list grows while it is walked; the cap ends references that go round in a circle.
        for (var index = 0; index < _parts.Count; index++)
            Expand(_parts[index], ref chance, lowest);
    }

    /// <summary>The types stated, or where none is those that the other keywords are about.</summary>
    public JsonTypes Types => Declared is var types && types == JsonTypes.All ? Implied() : types;

    /// <summary>The names in the <c>required</c> of one schema.</summary>
    public static HashSet<string> Required(JsonElement schema)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (schema.Has("required"u8, out var list)) AddNames(list, names);
        return names;
    }

    /// <summary>The names that any part requires.</summary>
    public HashSet<string> Required()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in All("required"))
            AddNames(list, names);
        return names;
    }

    /// <summary>The values of <paramref name="keyword"/> in the parts that have it.</summary>
    public IEnumerable<JsonElement> All(string keyword)
    {
        foreach (var part in _parts)
        {
            if (part.TryGetProperty(keyword, out var value)) yield return value;
        }
    }

    public bool TryGet(string keyword, out JsonElement value)
    {
        foreach (var part in _parts)
        {
            if (part.TryGetProperty(keyword, out value)) return true;
        }
        value = default;
        return false;
    }

    public bool IsTrue(string keyword) => TryGet(keyword, out var value) && value.ValueKind is JsonValueKind.True;

    /// <summary>A size such as <c>minItems</c>: the largest stated, at most <paramref name="ceiling"/>; 0 when none is.</summary>
    public int Least(string keyword, int ceiling)
    {
        var least = 0.0;
        foreach (var value in All(keyword))
            if (value.ValueKind is JsonValueKind.Number) least = Math.Max(least, value.GetDouble());
        return (int)Math.Min(Math.Ceiling(least), ceiling);
    }

    /// <summary>A size such as <c>maxItems</c>: the smallest stated, or <see cref="int.MaxValue"/>.</summary>
    public int Most(string keyword)
    {
        double most = int.MaxValue;
        foreach (var value in All(keyword))
            if (value.ValueKind is JsonValueKind.Number) most = Math.Min(most, Math.Max(value.GetDouble(), 0));
        return (int)most;
    }

    /// <summary>The values that <c>const</c> and <c>enum</c> leave; null when neither is there.</summary>
    public List<JsonElement>? Choices()
    {
        List<JsonElement>? choices = null;
        foreach (var value in All("const"))
            choices = Keep(choices, [value]);
        foreach (var values in All("enum"))
            if (values.ValueKind is JsonValueKind.Array) choices = Keep(choices, [.. values.EnumerateArray().Take(MostChoices)]);
        var types = Declared;
        if (choices is { Count: > 1 }) choices.RemoveAll(choice => (JsonTypeNames.Of(choice) & types) == 0);
        return choices is { Count: 0 } ? null : choices;
    }

    private JsonTypes Declared
    {
        get
        {
            var types = JsonTypes.All;
            foreach (var part in _parts)
                types &= JsonTypeNames.Declared(part);
            return types;
        }
    }

    private static void AddNames(JsonElement list, HashSet<string> names)
    {
        if (list.ValueKind is not JsonValueKind.Array) return;
        foreach (var item in list.EnumerateArray())
            if (item.ValueKind is JsonValueKind.String && item.GetString() is { } name) names.Add(name);
    }

    private static List<JsonElement> Keep(List<JsonElement>? choices, List<JsonElement> values)
    {
        if (choices is null) return values;
        choices.RemoveAll(choice => !values.Exists(value => JsonElement.DeepEquals(choice, value)));
        return choices;
    }

    private void Add(JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.Object && _parts.Count < MostParts) _parts.Add(schema);
    }

    private void Expand(JsonElement part, ref Chance chance, bool lowest)
    {
        if (part.Text("$ref"u8) is { } reference && SchemaPointer.TryResolve(_root, reference, out var target)) Add(target);
        if (part.Has("allOf"u8, out var all) && all.ValueKind is JsonValueKind.Array)
        {
            foreach (var item in all.EnumerateArray())
                Add(item);
        }
        if (part.Has("anyOf"u8, out var any)) AddBranch(part, any, ref chance, lowest);
        if (part.Has("oneOf"u8, out var one)) AddBranch(part, one, ref chance, lowest);
    }

    private void AddBranch(JsonElement part, JsonElement branches, ref Chance chance, bool lowest)
    {
        if (branches.ValueKind is not JsonValueKind.Array) return;
        var open = new List<JsonElement>();
        foreach (var branch in branches.EnumerateArray())
        {
            if (branch.ValueKind is not JsonValueKind.False && (JsonTypeNames.Declared(part) & JsonTypeNames.Declared(branch)) != 0)
                open.Add(branch);
        }
        if (open.Count > 0) Add(lowest ? Lowest(open) : open[chance.Below(open.Count)]);
    }

    private JsonElement Lowest(List<JsonElement> branches)
    {
        var best = branches[0];
        var lowest = int.MaxValue;
        var heights = new SchemaHeight(_root, _allProperties, _effort);
        foreach (var branch in branches)
        {
            var height = heights.Of(branch);
            if (height >= lowest) continue;
            lowest = height;
            best = branch;
        }
        return best;
    }

    private JsonTypes Implied()
    {
        foreach (var part in _parts)
        {
            if (Any(part, "properties", "required", "additionalProperties", "minProperties")) return JsonTypes.Object;
            if (Any(part, "items", "prefixItems", "minItems", "uniqueItems")) return JsonTypes.Array;
            if (Any(part, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) return JsonTypes.Number;
        }
        return JsonTypes.String;
    }

    private static bool Any(JsonElement part, params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
            if (part.TryGetProperty(keyword, out _)) return true;
        return false;
    }
}
