using System.Buffers;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Pooled bytes between a JSON writer and the reader of a body: written at the end, read from the start.</summary>
internal sealed class RenderBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);
    private int _read;
    private int _written;

    public int Unread => _written - _read;

    /// <summary>Valid until the next write or read.</summary>
    public ReadOnlySpan<byte> UnreadBytes => _bytes.AsSpan(_read, Unread);

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_written));
        _written += bytes.Length;
    }

    public int Read(Span<byte> destination)
    {
        var count = Math.Min(destination.Length, Unread);
        _bytes.AsSpan(_read, count).CopyTo(destination);
        _read += count;
        if (Unread == 0) _read = _written = 0;
        return count;
    }

    /// <summary>Forgets what was written last, so that <paramref name="unread"/> bytes stay.</summary>
    public void KeepOnly(int unread) => _written = _read + unread;

    public void Dispose()
    {
        if (_bytes.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _read = _written = 0;
    }

    private void Reserve(int size)
    {
        if (_bytes.Length - _written >= size) return;
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_bytes.Length * 2, _written + size)));
        _bytes.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
