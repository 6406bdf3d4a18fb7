using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Ledger.Auditing;

/// <summary>
/// The chain's hash. SHA-256 over, in this order and with nothing between: the 16 ASCII bytes <c>causeway-audit-1</c>; the 32 bytes of the
/// previous entry's hash (zeros before the first); sequence and time (microseconds since the Unix epoch) as 8-byte big-endian
/// integers; then actor, action, subject and detail, each as a 4-byte big-endian length and that many bytes of UTF-8. The lengths
/// keep two entries apart whose texts merely join up the same.
/// </summary>
internal static class AuditHash
{
    internal static readonly byte[] Genesis = new byte[SHA256.HashSizeInBytes];

    internal static byte[] Of(ReadOnlySpan<byte> previous, long sequence, long at, AuditDraft draft)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("causeway-audit-1"u8);
        hash.AppendData(previous);
        AppendNumber(hash, sequence);
        AppendNumber(hash, at);
        AppendText(hash, draft.Actor);
        AppendText(hash, draft.Action);
        AppendText(hash, draft.Subject);
        AppendText(hash, draft.DetailJson);
        return hash.GetHashAndReset();
    }

    private static void AppendNumber(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, utf8.Length);
        hash.AppendData(length);
        hash.AppendData(utf8);
    }
}
