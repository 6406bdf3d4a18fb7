using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Causeway.Engine.Formats;

/// <summary>The kinds of values, with the numbers that GGUF gives them.</summary>
internal enum GgufKind
{
    UInt8 = 0, Int8 = 1, UInt16 = 2, Int16 = 3, UInt32 = 4, Int32 = 5, Float32 = 6, Bool = 7, String = 8, Array = 9, UInt64 = 10, Int64 = 11, Float64 = 12,
}

/// <summary>The keys and values at the head of a GGUF file. Lists stay in the file until somebody asks for one.</summary>
internal sealed class GgufValues
{
    private const int CountLimit = 65_536;
    private const int KeyLimit = 256;

    /// <summary>Chat templates are the longest strings of published files, by far shorter than this.</summary>
    private const int StringLimit = 4 << 20;

    /// <summary>Tokens and merges are the longest lists: some 500,000 in the largest published vocabularies.</summary>
    private const int ListLimit = 1 << 21;

    private const int TokenLimit = 4096;

    private readonly GgufCursor _file;
    private readonly Dictionary<string, (GgufKind Kind, long At)> _places = new(StringComparer.Ordinal);

    private readonly List<(string Key, long At, int Length)> _spans = [];

    /// <param name="file">At the first key; afterwards behind the last value.</param>
    public GgufValues(GgufCursor file, ulong count)
    {
        _file = file;
        if (count > CountLimit) throw file.Bad($"says that it has {count} keys; {CountLimit} are taken at the most");
        for (var i = 0UL; i < count; i++)
        {
            var key = file.ReadString(KeyLimit);
            var kind = ReadKind();
            var at = file.At;
            if (!_places.TryAdd(key, (kind, at))) throw file.Bad($"has two values for {HuggingFaceConfig.Shown(key)}");
            SkipValue(kind);
            _spans.Add((key, at - sizeof(uint), (int)Math.Min(file.At - at + sizeof(uint), int.MaxValue)));
        }
    }

    /// <summary>Where each value lies in the file, with the kind before it, in the file's order.</summary>
    public IReadOnlyList<(string Key, long At, int Length)> Places => _spans;

    public bool Has(string key) => _places.ContainsKey(key);

    public bool IsList(string key) => _places.TryGetValue(key, out var place) && place.Kind == GgufKind.Array;

    public string? Text(string key)
    {
        if (!_places.TryGetValue(key, out var place)) return null;
        return place.Kind == GgufKind.String ? _file.From(place.At).ReadString(StringLimit) : throw Wrong(key, "a string");
    }

    public bool? Flag(string key)
    {
        if (!_places.TryGetValue(key, out var place)) return null;
        return place.Kind == GgufKind.Bool ? _file.From(place.At).Read<byte>() != 0 : throw Wrong(key, "true or false");
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; also where a list says the same for every layer.</summary>
    public int? Count(string key, int most, int least = 1)
    {
        if (!_places.TryGetValue(key, out var place)) return null;
        var numbers = place.Kind == GgufKind.Array ? Numbers(key) : [Whole(key, place.Kind, _file.From(place.At))];
        if (numbers.IsEmpty || numbers.Any(number => number != numbers[0])) throw Wrong(key, "the same number for every layer");
        return numbers[0] >= least && numbers[0] <= most ? (int)numbers[0] : throw _file.Bad($"has {numbers[0]} for {key}; this engine takes {least} to {most}");
    }

    /// <summary>A finite number above 0.</summary>
    public double? Positive(string key)
    {
        if (!_places.TryGetValue(key, out var place)) return null;
        var number = place.Kind switch
        {
            GgufKind.Float32 => _file.From(place.At).Read<float>(),
            GgufKind.Float64 => _file.From(place.At).Read<double>(),
            _ => Whole(key, place.Kind, _file.From(place.At)),
        };
        return double.IsFinite(number) && number > 0 ? number : throw Wrong(key, "a number above 0");
    }

    public ImmutableArray<string> Texts(string key) => List(key, (kind, file) => kind == GgufKind.String ? file.ReadString(TokenLimit) : throw Wrong(key, "a list of strings"));

    public ImmutableArray<float> Floats(string key) => List(key, (kind, file) => kind == GgufKind.Float32 ? file.Read<float>() : throw Wrong(key, "a list of floats"));

    public ImmutableArray<long> Numbers(string key) => List(key, (kind, file) => Whole(key, kind, file));

    private ImmutableArray<T> List<T>(string key, Func<GgufKind, GgufCursor, T> read)
    {
        if (!_places.TryGetValue(key, out var place)) return [];
        if (place.Kind != GgufKind.Array) throw Wrong(key, "a list");
        var file = _file.From(place.At);
        var kind = (GgufKind)file.Read<uint>();
        var list = new T[(int)file.Read<ulong>()];
        for (var i = 0; i < list.Length; i++) list[i] = read(kind, file);
        return ImmutableCollectionsMarshal.AsImmutableArray(list);
    }

    private long Whole(string key, GgufKind kind, GgufCursor file) => kind switch
    {
        GgufKind.UInt8 or GgufKind.Bool => file.Read<byte>(),
        GgufKind.Int8 => file.Read<sbyte>(),
        GgufKind.UInt16 => file.Read<ushort>(),
        GgufKind.Int16 => file.Read<short>(),
        GgufKind.UInt32 => file.Read<uint>(),
        GgufKind.Int32 => file.Read<int>(),
        GgufKind.UInt64 => (long)Math.Min(file.Read<ulong>(), long.MaxValue),
        GgufKind.Int64 => file.Read<long>(),
        _ => throw Wrong(key, "a whole number"),
    };

    private GgufKind ReadKind()
    {
        var kind = _file.Read<uint>();
        return kind <= (uint)GgufKind.Float64 ? (GgufKind)kind : throw _file.Bad($"has a value of the unknown kind {kind}");
    }

    private void SkipValue(GgufKind kind)
    {
        if (kind == GgufKind.String) SkipString();
        else if (kind != GgufKind.Array) _file.Skip(Size(kind));
        else SkipList();
    }

    private void SkipString() => _file.Skip(_file.Read<ulong>());

    private void SkipList()
    {
        var kind = ReadKind();
        var count = _file.Read<ulong>();
        if (kind == GgufKind.Array) throw _file.Bad("has a list of lists, which no model needs");
        if (count > ListLimit) throw _file.Bad($"has a list of {count} values; {ListLimit} are taken at the most");
        if (kind != GgufKind.String) _file.Skip(count * Size(kind));
        else for (var i = 0UL; i < count; i++) SkipString();
    }

    private static ulong Size(GgufKind kind) => kind switch
    {
        GgufKind.UInt8 or GgufKind.Int8 or GgufKind.Bool => 1,
        GgufKind.UInt16 or GgufKind.Int16 => 2,
        GgufKind.UInt32 or GgufKind.Int32 or GgufKind.Float32 => 4,
        _ => 8,
    };

    private ModelFormatException Wrong(string key, string wanted) => _file.Bad($"has something else than {wanted} for {key}");
}
