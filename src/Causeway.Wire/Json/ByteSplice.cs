using System.Buffers;

namespace Causeway.Wire.Json;

/// <summary>Copies a buffer while replacing some ranges of it, given in ascending order. Ends with <see cref="Finish"/>.</summary>
internal ref struct ByteSplice(ReadOnlySpan<byte> source, IBufferWriter<byte> output)
{
    private int _copied;

    public readonly ReadOnlySpan<byte> Source { get; } = source;

    public readonly IBufferWriter<byte> Output { get; } = output;

    /// <summary>Whether anything was changed so far.</summary>
    public bool HasChanged { get; private set; }

    public void Replace(ByteRange range, ReadOnlySpan<byte> replacement)
    {
        Skip(range);
        Output.Write(replacement);
    }

    public void Insert(int offset, ReadOnlySpan<byte> text) => Replace(new ByteRange(offset, offset), text);

    /// <summary>Copies up to the range and leaves the range out; the caller writes what stands there instead.</summary>
    public void Skip(ByteRange range)
    {
        Output.Write(Source[_copied..range.Start]);
        _copied = range.End;
        HasChanged = true;
    }

    /// <summary>Copies the rest.</summary>
    public readonly void Finish() => Output.Write(Source[_copied..]);
}
