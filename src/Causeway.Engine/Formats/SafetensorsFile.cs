using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Engine.Formats;

/// <summary>
/// Reads one file of the safetensors format (github.com/huggingface/safetensors): eight bytes with the length of the header, the header in JSON,
/// the numbers. The header is read where it is mapped; the numbers stay there.
/// </summary>
internal sealed unsafe class SafetensorsFile
{
    /// <summary>The format's own limit.</summary>
    private const long HeaderLimit = 100_000_000;

    private readonly MappedFile _file;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<TensorRange> _ranges = [];
    private readonly List<TensorRange> _unread = [];

    private SafetensorsFile(MappedFile file) => _file = file;

    /// <param name="unreadable">Gets the names of the tensors of types that are not read.</param>
    /// <exception cref="ModelFormatException">The file is not of this format, damaged or hostile.</exception>
    public static IReadOnlyList<StoredTensor> Read(MappedFile file, Dictionary<string, string> unreadable) => new SafetensorsFile(file).Read(unreadable);

    private List<StoredTensor> Read(Dictionary<string, string> unreadable)
    {
        if (_file.Length < 8) throw Bad("is too short to have a header");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(_file.Span(0, 8));
        if (headerLength > HeaderLimit) throw Bad($"says that its header has {headerLength} bytes; {HeaderLimit} are taken at the most");
        if ((long)headerLength > _file.Length - 8) throw Bad("ends inside its header: it is cut short or damaged");

        var dataStart = 8 + (long)headerLength;
        try
        {
            ReadHeader(_file.Span(8, (int)headerLength), unreadable);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException($"{_file.Name} has a header that is not the JSON of this format: {error.Message}", error);
        }
        CheckFull([.. _ranges, .. _unread], _file.Length - dataStart);
        return [.. _ranges.Select(range => new StoredTensor(range.Name, range.Type, range.Shape, _file.Data + dataStart + range.Begin))];
    }

    private void ReadHeader(ReadOnlySpan<byte> header, Dictionary<string, string> unreadable)
    {
        var json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 8 });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw Bad("has a header that is not a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueSpan.Length > TensorRange.NameLimit) throw Bad("has a name that is too long");
            var name = json.GetString()!;
            if (!_names.Add(name)) throw Bad($"has two entries called {name}");
            if (_names.Count > TensorRange.TensorLimit) throw Bad($"has more than {TensorRange.TensorLimit} tensors");
            json.Read();
            if (name == "__metadata__") json.Skip();
            else ReadTensor(name, ref json, unreadable);
        }
        // Only spaces may follow the object.
        if (json.Read()) throw Bad("has a header that goes on after its object");
    }

    private void ReadTensor(string name, ref Utf8JsonReader json, Dictionary<string, string> unreadable)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw Bad($"has an entry {name} that is not an object");
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString();
            json.Read();
            switch (key)
            {
                case "dtype" when type is null: type = json.ValueSpan.Length <= 16 ? json.GetString() : throw Bad($"has an unknown type at {name}"); break;
                case "shape" when shape is null: shape = ReadNumbers(name, ref json, 8); break;
                case "data_offsets" when offsets is null: offsets = ReadNumbers(name, ref json, 2); break;
                default: throw Bad($"has an entry {name} with an unknown or repeated key");
            }
        }
        if (type is null || shape is null || offsets is not [var begin, var end]) throw Bad($"has an entry {name} without a type, a shape or two offsets");
        if (begin < 0 || end < begin) throw Bad($"has an entry {name} that ends before it begins");
        Place(name, type, shape, begin, end - begin, unreadable);
    }

    private void Place(string name, string typeName, long[] shape, long begin, long bytes, Dictionary<string, string> unreadable)
    {
        TensorType? type = typeName switch { "F32" => TensorType.F32, "F16" => TensorType.F16, "BF16" => TensorType.BF16, _ => null };
        if (type is not { } known)
        {
            unreadable[name] = typeName;
            _unread.Add(new TensorRange(name, TensorType.F32, [], begin, bytes));
            return;
        }
        foreach (var length in shape)
            if (length is <= 0 or > int.MaxValue) throw Bad($"gives {name} a dimension of {length}");
        var dimensions = shape.Select(length => (int)length).ToImmutableArray();
        var needed = TensorRange.BytesOf(_file.Name, name, known, dimensions.AsSpan());
        if (needed != bytes) throw Bad($"keeps {bytes} bytes for {name}, whose shape needs {needed}");
        _ranges.Add(new TensorRange(name, known, dimensions, begin, bytes));
    }

    private long[] ReadNumbers(string name, ref Utf8JsonReader json, int limit)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw Bad($"has an entry {name} whose shape or offsets are not a list");
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || numbers.Count == limit)
                throw Bad($"has an entry {name} whose shape or offsets cannot be used");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private void CheckFull(List<TensorRange> ranges, long dataLength)
    {
        TensorRange.CheckApart(_file.Name, ranges, dataLength);
        var end = 0L;
        foreach (var range in ranges)
        {
            if (range.Begin != end) throw Bad($"has a hole before {range.Name}");
            end += range.Bytes;
        }
        if (end != dataLength) throw Bad($"has {dataLength - end} bytes that belong to no tensor");
    }

    private ModelFormatException Bad(string what) => new($"{_file.Name} {what}.");
}
