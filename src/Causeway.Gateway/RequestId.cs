using System.Buffers.Binary;

namespace Causeway.Gateway;

/// <summary>
/// Makes request ids: UUIDv7 (RFC 9562 §5.7), 48 bits of milliseconds, 12 of the fraction (§6.2, method 3) and 62 random ones: ids sort
/// by their microsecond, and the ledger by its ids. The framework's own asks the kernel for every one's randomness; an id that only has to be unique
/// does not need secrets.
/// </summary>
internal static class RequestId
{
    public static Guid New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes[8..]);
        var micros = (int)(now.Ticks % TimeSpan.TicksPerMillisecond / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(now.ToUnixTimeMilliseconds() >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)now.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (micros * 4096 / 1000)));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }
}
