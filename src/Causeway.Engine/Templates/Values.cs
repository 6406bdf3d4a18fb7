using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Causeway.Engine.Templates;

/// <summary>What a name or member that is not there is: prints as nothing, is false, has no members.</summary>
/// <param name="Reason">Why, for the message when it is used after all.</param>
internal sealed record Undefined(string Reason);

/// <summary>A dictionary in the order in which its keys came.</summary>
/// <param name="trustedKeys">Whether the template wrote the keys.</param>
internal sealed class TemplateMap(bool trustedKeys) : IEnumerable<KeyValuePair<string, object?>>
{
    private Extent _extent = Extent.Of(null);

    private readonly OrderedDictionary<string, object?> _entries = new(StringComparer.Ordinal);

    public bool TrustedKeys { get; } = trustedKeys;
    public int Count => _entries.Count;
    public IEnumerable<object?> Keys => _entries.Keys.Select(key => (object?)new TemplateText(key, TrustedKeys));
    public IEnumerable<object?> Items => _entries.Select(entry => (object?)new TemplateList([new TemplateText(entry.Key, TrustedKeys), entry.Value], isTuple: true));

    public Extent Extent => _extent;

    public object? this[string key]
    {
        set
        {
            _extent = _extent.With(value, key.Length);
            _entries[key] = value;
        }
    }

    public bool TryGet(string key, out object? value) => _entries.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A list or a tuple.</summary>
internal sealed class TemplateList(IReadOnlyList<object?> items, bool isTuple = false)
{
    public Extent Extent { get; } = items.Aggregate(Extent.Of(null), (extent, item) => extent.With(item));
    public IReadOnlyList<object?> Items { get; } = items;
    public bool IsTuple { get; } = isTuple;
}

/// <summary>
/// How deep a value goes and how many characters it would print. A template can put a list into itself twice and again: what has few parts in
/// memory is endless to whoever goes over it.
/// </summary>
internal readonly record struct Extent(int Depth, long Characters)
{
    private const int Deepest = 100;

    public static Extent Of(object? value) => value switch
    {
        TemplateText text => new Extent(0, text.Value.Length + 1),
        TemplateList list => list.Extent,
        TemplateMap map => map.Extent,
        _ => new Extent(0, 1),
    };

    public Extent With(object? value, int key = 0)
    {
        var inner = Of(value);
        var grown = new Extent(Math.Max(Depth, inner.Depth + 1), Characters + inner.Characters + key + 1);
        if (grown.Depth > Deepest) throw new ChatTemplateException($"The chat template makes lists nested more than {Deepest} deep.", isRefusal: false);
        if (grown.Characters > 4L * Rendering.MaxCharacters)
            throw new ChatTemplateException($"The chat template makes lists of more than {4L * Rendering.MaxCharacters} characters.", isRefusal: false);
        return grown;
    }
}

/// <summary>What <c>namespace()</c> gives: the one thing whose members a template may set.</summary>
internal sealed class TemplateNamespace
{
    public Dictionary<string, object?> Members { get; } = new(StringComparer.Ordinal);
}

/// <summary>Something to call: a macro, a method, a function of the environment.</summary>
internal delegate object? TemplateFunction(CallArguments arguments);

/// <summary>The values of templates: null for none, bool, long, BigInteger, double, and the types of this file.</summary>
internal static class Values
{
    /// <summary>Values of JSON; every string in it is a stranger's.</summary>
    public static object? FromJson(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new TemplateMap(trustedKeys: false);
                foreach (var member in json.EnumerateObject()) map[member.Name] = FromJson(member.Value);
                return map;
            case JsonValueKind.Array:
                return new TemplateList([.. json.EnumerateArray().Select(FromJson)]);
            case JsonValueKind.String:
                return new TemplateText(json.GetString()!, trusted: false);
            case JsonValueKind.Number:
                var digits = json.GetRawText();
                if (digits.Length > 1000) throw new ChatTemplateException("The conversation has a number of more than 1000 digits.", isRefusal: false);
                return digits.AsSpan().ContainsAny('.', 'e', 'E') ? json.GetDouble() : PythonText.Integer(digits);
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return null;
        }
    }

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool truth => truth,
        long number => number != 0,
        BigInteger number => !number.IsZero,
        double number => number != 0,
        TemplateText text => text.Value.Length > 0,
        TemplateList list => list.Items.Count > 0,
        TemplateMap map => map.Count > 0,
        _ => true,
    };

    /// <summary><c>str()</c>.</summary>
    public static TemplateText Text(object? value) => value switch
    {
        TemplateText text => text,
        Undefined => TemplateText.Empty,
        _ when Extent.Of(value).Characters > Rendering.MaxCharacters / 4 => throw new ChatTemplateException("The chat template prints a list that is too large.", isRefusal: false),
        _ => new TemplateText(Shown(value), IsTrusted(value)),
    };

    /// <summary><c>repr()</c>.</summary>
    public static string Shown(object? value) => value switch
    {
        null => "None",
        bool truth => truth ? "True" : "False",
        long or BigInteger => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        double number => PythonText.Float(number),
        TemplateText text => PythonText.Quoted(text.Value),
        Undefined => "Undefined",
        TemplateList { IsTuple: true, Items.Count: 1 } tuple => $"({Shown(tuple.Items[0])},)",
        TemplateList list => (list.IsTuple ? "(" : "[") + string.Join(", ", list.Items.Select(Shown)) + (list.IsTuple ? ")" : "]"),
        TemplateMap map => "{" + string.Join(", ", map.Select(entry => $"{PythonText.Quoted(entry.Key)}: {Shown(entry.Value)}")) + "}",
        _ => "<object>",
    };

    /// <summary>Whether the template wrote every string in it.</summary>
    public static bool IsTrusted(object? value) => value switch
    {
        TemplateText text => text.IsTrusted,
        TemplateList list => list.Items.All(IsTrusted),
        TemplateMap map => (map.TrustedKeys || map.Count == 0) && map.All(entry => IsTrusted(entry.Value)),
        _ => true,
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) or (Undefined, Undefined) => true,
        (TemplateText a, TemplateText b) => a.Value == b.Value,
        (TemplateList a, TemplateList b) => a.IsTuple == b.IsTuple && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => AreEqual(pair.First, pair.Second)),
        (TemplateMap a, TemplateMap b) => a.Count == b.Count && a.All(entry => b.TryGet(entry.Key, out var other) && AreEqual(entry.Value, other)),
        _ => AsNumber(left) is { } x && AsNumber(right) is { } y ? x == y : ReferenceEquals(left, right),
    };

    /// <summary>Less than 0, 0 or more than 0 as Python orders; null where it does not.</summary>
    public static int? Compare(object? left, object? right)
    {
        if (left is TemplateText a && right is TemplateText b) return ByCodePoint(a.Value, b.Value);
        if (left is long x && right is long y) return x.CompareTo(y);
        if (AsNumber(left) is { } first && AsNumber(right) is { } second) return first.CompareTo(second);
        if (left is not TemplateList l || right is not TemplateList r) return null;
        foreach (var (one, other) in l.Items.Zip(r.Items))
            if (!AreEqual(one, other)) return Compare(one, other);
        return l.Items.Count.CompareTo(r.Items.Count);
    }

    /// <summary>The numbers: booleans are 0 and 1.</summary>
    public static double? AsNumber(object? value) => value switch
    {
        bool truth => truth ? 1 : 0,
        long number => number,
        BigInteger number => (double)number,
        double number => number,
        _ => null,
    };

    /// <summary>Whole numbers, booleans among them.</summary>
    public static long? AsInteger(object? value) => value switch
    {
        bool truth => truth ? 1 : 0,
        long number => number,
        _ => null,
    };

    /// <summary>What a loop goes over; null for what cannot be gone over.</summary>
    public static IReadOnlyList<object?>? Elements(object? value) => value switch
    {
        TemplateList list => list.Items,
        TemplateMap map => [.. map.Keys],
        TemplateText text => Characters(text),
        Undefined => [],
        _ => null,
    };

    private static List<object?> Characters(TemplateText text)
    {
        var starts = text.Starts();
        var characters = new List<object?>(starts.Count);
        for (var i = 0; i < starts.Count; i++)
            characters.Add(text.Slice(starts[i], (i + 1 < starts.Count ? starts[i + 1] : text.Value.Length) - starts[i]));
        return characters;
    }

    /// <summary>A value's kind, for messages.</summary>
    public static string Kind(object? value) => value switch
    {
        null => "none",
        bool => "a boolean",
        long or BigInteger => "a whole number",
        double => "a number",
        TemplateText => "a text",
        TemplateList => "a list",
        TemplateMap => "a dictionary",
        Undefined undefined => undefined.Reason,
        TemplateNamespace => "a namespace",
        _ => "something to call",
    };

    private static int ByCodePoint(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] == right[i]) continue;
            var (high, other) = (char.IsSurrogate(left[i]), char.IsSurrogate(right[i]));
            return high == other ? left[i].CompareTo(right[i]) : high ? 1 : -1;
        }
        return left.Length.CompareTo(right.Length);
    }
}
