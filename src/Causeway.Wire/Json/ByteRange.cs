namespace Causeway.Wire.Json;

/// <summary>A part of a buffer, in bytes: from <paramref name="Start"/> up to, not including, <paramref name="End"/>. The default is empty.</summary>
public readonly record struct ByteRange(int Start, int End)
{
    public int Length => End - Start;

    public bool IsEmpty => End == Start;

    /// <summary>The bytes of this range.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> buffer) => buffer[Start..End];
}
