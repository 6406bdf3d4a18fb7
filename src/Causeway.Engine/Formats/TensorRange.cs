using System.Collections.Immutable;

namespace Causeway.Engine.Formats;

/// <summary>Where a file says a tensor is. What is asked of every file, whatever its format, is asked here.</summary>
/// <param name="Begin">From the start of the file's data.</param>
internal readonly record struct TensorRange(string Name, TensorType Type, ImmutableArray<int> Shape, long Begin, long Bytes)
{
    /// <summary>Tensors in one file; the largest published models split theirs into fewer.</summary>
    public const int TensorLimit = 65_536;

    public const int NameLimit = 512;

    private const int DimensionLimit = 4;

    /// <summary>The bytes of a tensor of that shape.</summary>
    /// <exception cref="ModelFormatException">A dimension is not positive, the row is not a whole number of blocks, or the product is beyond what can be addressed.</exception>
    public static long BytesOf(string file, string name, TensorType type, ReadOnlySpan<int> shape)
    {
        if (shape.Length > DimensionLimit) throw new ModelFormatException($"{file}: {name} has {shape.Length} dimensions; {DimensionLimit} are taken at the most.");
        long rows = 1;
        foreach (var length in shape)
            if (length <= 0) throw new ModelFormatException($"{file}: {name} has a dimension of {length}.");
        for (var i = 0; i < shape.Length - 1; i++) rows = rows > int.MaxValue ? rows : rows * shape[i];
        var columns = shape.IsEmpty ? 1 : shape[^1];
        if (columns % type.BlockLength() != 0)
            throw new ModelFormatException($"{file}: {name} has rows of {columns} weights, which is not a whole number of {type}'s blocks of {type.BlockLength()}.");
        var rowBytes = (long)columns / type.BlockLength() * type.BlockBytes();
        if (rows > int.MaxValue || rowBytes > int.MaxValue) throw new ModelFormatException($"{file}: {name} is larger than can be addressed.");
        return rows * rowBytes;
    }

    /// <exception cref="ModelFormatException">One lies outside the data, or two share bytes.</exception>
    public static void CheckApart(string file, List<TensorRange> ranges, long dataLength)
    {
        ranges.Sort((left, right) => left.Begin.CompareTo(right.Begin));
        for (var i = 0; i < ranges.Count; i++)
        {
            var range = ranges[i];
            if (range.Begin < 0 || range.Begin > dataLength || range.Bytes > dataLength - range.Begin)
                throw new ModelFormatException($"{file}: {range.Name} ends beyond the end of the file: the file is cut short or damaged.");
            if (i > 0 && ranges[i - 1].Begin + ranges[i - 1].Bytes > range.Begin)
                throw new ModelFormatException($"{file}: {ranges[i - 1].Name} and {range.Name} overlap.");
        }
    }
}
