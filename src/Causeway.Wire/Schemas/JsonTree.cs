namespace Causeway.Wire.Schemas;

/// <summary>A JSON value, read whole: strings decoded, numbers exact, names of an object known to differ. Immutable.</summary>
internal sealed class JsonTree
{
    // Below this, comparing names one by one is quicker than hashing.
    private const int LinearLimit = 8;

    public static readonly JsonTree[] None = [];

    private Dictionary<string, int>? _byName;

    public required JsonKind Kind { get; init; }

    /// <summary>Of a string; empty for the rest.</summary>
    public string Text { get; init; } = "";

    public ExactNumber Number { get; init; }

    /// <summary>Items of an array, or member values of an object.</summary>
    public JsonTree[] Items { get; init; } = None;

    /// <summary>Member names of an object, each beside its value in <see cref="Items"/>.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>How many values there are here, this one included: what it costs to walk.</summary>
    public int Weight { get; init; } = 1;

    public bool IsObject => Kind == JsonKind.Object;

    public bool IsArray => Kind == JsonKind.Array;

    public bool IsString => Kind == JsonKind.String;

    public bool IsNumber => Kind == JsonKind.Number;

    /// <summary>The position of a member, or -1.</summary>
    public int IndexOf(string name) =>
        _byName is null ? Array.IndexOf(Names, name) : _byName.TryGetValue(name, out var index) ? index : -1;

    public JsonTree? Find(string name) => IndexOf(name) is >= 0 and var index ? Items[index] : null;

    /// <summary>Prepares <see cref="IndexOf"/>; false when a name comes twice. Called once, before anyone else sees the value.</summary>
    public bool TryIndexNames(out string? twice)
    {
        twice = null;
        if (Names.Length <= LinearLimit)
        {
            for (var i = 1; i < Names.Length && twice is null; i++)
                if (Names.AsSpan(0, i).Contains(Names[i])) twice = Names[i];
            return twice is null;
        }
        _byName = new Dictionary<string, int>(Names.Length, StringComparer.Ordinal);
        for (var i = 0; i < Names.Length && twice is null; i++)
            if (!_byName.TryAdd(Names[i], i)) twice = Names[i];
        return twice is null;
    }

    /// <summary>Equal as JSON Schema means it: 1 and 1.0 are, the order of members does not matter.</summary>
    public static bool Same(JsonTree left, JsonTree right)
    {
        if (left.Kind != right.Kind || left.Weight != right.Weight) return false;
        return left.Kind switch
        {
            JsonKind.String => left.Text == right.Text,
            JsonKind.Number => left.Number.CompareTo(right.Number) == 0,
            JsonKind.Array => SameItems(left, right),
            JsonKind.Object => SameMembers(left, right),
            _ => true,
        };
    }

    /// <summary>Equal values have equal hashes. Not stable between processes.</summary>
    public static int Hash(JsonTree value)
    {
        var hash = HashCode.Combine(value.Kind, value.Text, value.Number);
        if (value.IsArray)
            foreach (var item in value.Items) hash = HashCode.Combine(hash, Hash(item));
        if (value.IsObject)
            for (var i = 0; i < value.Names.Length; i++) hash ^= HashCode.Combine(value.Names[i], Hash(value.Items[i]));
        return hash;
    }

    private static bool SameItems(JsonTree left, JsonTree right)
    {
        if (left.Items.Length != right.Items.Length) return false;
        for (var i = 0; i < left.Items.Length; i++)
            if (!Same(left.Items[i], right.Items[i])) return false;
        return true;
    }

    private static bool SameMembers(JsonTree left, JsonTree right)
    {
        if (left.Names.Length != right.Names.Length) return false;
        for (var i = 0; i < left.Names.Length; i++)
            if (right.Find(left.Names[i]) is not { } other || !Same(left.Items[i], other)) return false;
        return true;
    }
}
