namespace Causeway.Wire.Json;

/// <summary>A part of a buffer, in bytes. The default is empty.</summary>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="End">Offset just after the last byte.</param>
public readonly record struct ByteRange(int Start, int End)
{
    public int Length => End - Start;

    public bool IsEmpty => End == Start;

    /// <summary>The bytes of this range.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> buffer) => buffer[Start..End];
}
