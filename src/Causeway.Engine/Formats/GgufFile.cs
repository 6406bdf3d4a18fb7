using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Causeway.Engine.Formats;

/// <summary>One GGUF file, version 3, little-endian (github.com/ggml-org/ggml, docs/gguf.md): its values, and where its tensors are. The names are llama.cpp's.</summary>
internal sealed class GgufFile
{
    private const int AlignmentLimit = 1 << 16;

    private readonly MappedFile _file;
    private readonly GgufCursor _cursor;
    private readonly List<TensorRange> _ranges = [];
    private readonly List<TensorRange> _unread = [];

    /// <exception cref="ModelFormatException">The file is not of this format, damaged or hostile.</exception>
    public GgufFile(MappedFile file)
    {
        (_file, _cursor) = (file, new GgufCursor(file));
        var magic = _cursor.Read<uint>();
        if (magic != BinaryPrimitives.ReadUInt32LittleEndian("GGUF"u8)) throw _cursor.Bad("is not a GGUF file: it does not begin with that word");
        var version = _cursor.Read<uint>();
        if (version != 3) throw _cursor.Bad($"is of GGUF version {version}; this engine reads version 3, which llama.cpp writes since 2023");
        var tensors = _cursor.Read<ulong>();
        if (tensors > TensorRange.TensorLimit) throw _cursor.Bad($"says that it has {tensors} tensors; {TensorRange.TensorLimit} are taken at the most");
        Values = new GgufValues(_cursor, _cursor.Read<ulong>());
        var alignment = Values.Count("general.alignment", AlignmentLimit) ?? 32;
        if (alignment % 8 != 0) throw _cursor.Bad($"asks for an alignment of {alignment}, which is not a multiple of 8");
        ReadTensors((int)tensors, alignment);
        DataStart = (_cursor.At + alignment - 1) / alignment * alignment;
        TensorRange.CheckApart(file.Name, [.. _ranges, .. _unread], Math.Max(0, file.Length - DataStart));
    }

    public string Name => _file.Name;
    public GgufValues Values { get; }
    public IReadOnlyList<TensorRange> Tensors => _ranges;
    public Dictionary<string, string> Unreadable { get; } = new(StringComparer.Ordinal);
    public long DataStart { get; }

    public unsafe byte* DataOf(TensorRange tensor) => _file.Data + DataStart + tensor.Begin;

    public ModelFormatException Bad(string what) => _cursor.Bad(what);

    private void ReadTensors(int count, int alignment)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var name = _cursor.ReadString(TensorRange.NameLimit);
            if (!names.Add(name)) throw _cursor.Bad($"has two tensors called {name}");
            var shape = ReadShape(name);
            var type = _cursor.Read<uint>();
            var offset = _cursor.Read<ulong>();
            if (offset > long.MaxValue || offset % (ulong)alignment != 0) throw _cursor.Bad($"has {name} at {offset}, which is not aligned to {alignment}");
            Place(name, type, shape, (long)offset);
        }
    }

    // The file names the fastest dimension first.
    private ImmutableArray<int> ReadShape(string name)
    {
        var count = _cursor.Read<uint>();
        if (count is 0 or > 4) throw _cursor.Bad($"gives {name} {count} dimensions; 1 to 4 are taken");
        var shape = new int[count];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var length = _cursor.Read<ulong>();
            shape[i] = length is > 0 and <= int.MaxValue ? (int)length : throw _cursor.Bad($"gives {name} a dimension of {length}");
        }
        return [.. shape];
    }

    private void Place(string name, uint typeNumber, ImmutableArray<int> shape, long offset)
    {
        if (TypeOf(typeNumber) is { } type)
        {
            _ranges.Add(new TensorRange(name, type, shape, offset, TensorRange.BytesOf(_file.Name, name, type, shape.AsSpan())));
            return;
        }
        // Its length is unknown, but it begins somewhere.
        Unreadable[name] = NameOf(typeNumber);
        _unread.Add(new TensorRange(name, TensorType.F32, shape, offset, 0));
    }

    private static TensorType? TypeOf(uint number) => number switch
    {
        0 => TensorType.F32,
        1 => TensorType.F16,
        2 => TensorType.Q4_0,
        8 => TensorType.Q8_0,
        12 => TensorType.Q4_K,
        14 => TensorType.Q6_K,
        30 => TensorType.BF16,
        _ => null,
    };

    private static string NameOf(uint number) => number switch
    {
        3 => "Q4_1",
        6 => "Q5_0",
        7 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K",
        13 => "Q5_K",
        20 => "IQ4_NL",
        23 => "IQ4_XS",
        _ => $"GGUF's type {number}",
    };
}
