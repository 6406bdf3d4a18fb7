namespace Causeway.Gateway.Upstreams;

/// <summary>A body that is made while it is read: forward only, asynchronously only.</summary>
public abstract class BodyStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Hands out the front of a buffer.</summary>
    private protected static int Drain(RentedBuffer from, Memory<byte> to)
    {
        var length = Math.Min(from.Length, to.Length);
        from.Span[..length].CopyTo(to.Span);
        from.Consume(length);
        return length;
    }
}
