using System.Buffers.Binary;

namespace Causeway.Gateway;

/// <summary>
/// Makes request ids: UUIDv7 (RFC 9562 §5.7), 48 bits of milliseconds and 74 random ones. The framework's own asks the kernel for every
/// one's randomness; an id that only has to be unique does not need secrets.
/// </summary>
internal static class RequestId
{
    public static Guid New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(now.ToUnixTimeMilliseconds() >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)now.ToUnixTimeMilliseconds());
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
