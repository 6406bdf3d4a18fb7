using System.Buffers.Binary;

namespace Causeway.Ledger.Storage;

/// <summary>
/// An exchange's id begins with the milliseconds of its start (UUIDv7, RFC 9562 §5.7), so the index of ids is also one by time. These are its bounds:
/// to the millisecond; what is finer, <c>started_at</c> decides.
/// </summary>
internal static class IdTime
{
    private const long MaxMillis = (1L << 48) - 1;

    /// <summary>At or before the id of every exchange that started at <paramref name="time"/> or later.</summary>
    internal static byte[] AtOrBefore(DateTimeOffset time) => Bytes(time, 0x00);

    /// <summary>At or after the id of every exchange that started before <paramref name="time"/>.</summary>
    internal static byte[] AtOrAfter(DateTimeOffset time) => Bytes(time, 0xFF);

    private static byte[] Bytes(DateTimeOffset time, byte rest)
    {
        var id = new byte[16];
        id.AsSpan().Fill(rest);
        var millis = Math.Clamp(time.ToUnixTimeMilliseconds(), 0, MaxMillis);
        BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)(millis >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(id.AsSpan(2), (uint)millis);
        return id;
    }
}
