using System.Buffers;

namespace Causeway.Gateway;

/// <summary>
/// A growing byte buffer over one pooled array, read from the front and written at the back. Not thread-safe.
/// <see cref="Release"/> gives the array back; spans and memories taken before are dead then, and after growth too.
/// </summary>
internal sealed class RentedBuffer : IBufferWriter<byte>
{
    private byte[] _array = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;
    public ReadOnlySpan<byte> Span => _array.AsSpan(_start, Length);
    public ReadOnlyMemory<byte> Memory => _array.AsMemory(_start, Length);

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _array.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _array.AsSpan(_end);
    }

    /// <summary>Forgets the first <paramref name="count"/> bytes.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end) _start = _end = 0;
    }

    public void Clear() => _start = _end = 0;

    public void Release()
    {
        if (_array.Length > 0) ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        Clear();
    }

    private void MakeRoom(int size)
    {
        if (_array.Length - _end >= size) return;
        if (_array.Length - Length >= size && _start >= _array.Length / 2) Compact(_array);
        else Grow(size);
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + size), 2 * Length));
        var old = _array;
        Compact(larger);
        _array = larger;
        if (old.Length > 0) ArrayPool<byte>.Shared.Return(old);
    }

    private void Compact(byte[] into)
    {
        var length = Length;
        _array.AsSpan(_start, length).CopyTo(into);
        _start = 0;
        _end = length;
    }
}
