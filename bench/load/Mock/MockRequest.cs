using System.Buffers;
using Causeway.Load.Sockets;

namespace Causeway.Load.Mock;

internal enum MockRequestKind
{
    Incomplete,
    Malformed,
    Chat,
    Models,
    Stats,
    SetScript,
    Unknown,
}

/// <summary>One request as the mock understands it.</summary>
/// <param name="Length">Bytes of the request, head and body, in the buffer it was parsed from.</param>
/// <param name="Query">What followed the question mark, for the control verbs only.</param>
internal readonly record struct MockRequest(
    MockRequestKind Kind, int Length = 0, bool IsStream = false, bool WantsUsage = false, bool IsLast = false, string Query = "")
{
    private const int LargestHead = 64 * 1024;

    public static MockRequest Parse(ReadOnlySpan<byte> bytes)
    {
        var headLength = HttpHead.LengthOf(bytes);
        if (headLength < 0)
            return new(bytes.Length > LargestHead ? MockRequestKind.Malformed : MockRequestKind.Incomplete);

        var head = bytes[..headLength];
        var kind = KindOf(head);
        if (HttpHead.IsChunked(head))
            return ParseChunked(kind, bytes, headLength);

        var length = headLength + (HttpHead.ContentLength(head) ?? 0);
        return length > bytes.Length
            ? new(MockRequestKind.Incomplete)
            : Describe(kind, head, bytes[headLength..(int)length], (int)length);
    }

    private static MockRequestKind KindOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("POST "u8))
            return TargetOf(head).EndsWith("/chat/completions"u8) ? MockRequestKind.Chat : MockRequestKind.Unknown;
        if (head.StartsWith("GET /__mock/stats "u8))
            return MockRequestKind.Stats;
        if (head.StartsWith("PUT /__mock/script?"u8))
            return MockRequestKind.SetScript;
        return head.StartsWith("GET "u8) && TargetOf(head).EndsWith("/models"u8) ? MockRequestKind.Models : MockRequestKind.Unknown;
    }

    private static ReadOnlySpan<byte> TargetOf(ReadOnlySpan<byte> head)
    {
        var rest = head[(head.IndexOf((byte)' ') + 1)..];
        return rest[..Math.Max(0, rest.IndexOf((byte)' '))];
    }

    private static MockRequest ParseChunked(MockRequestKind kind, ReadOnlySpan<byte> bytes, int headLength)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(bytes.Length);
        var body = default(ChunkedBody);
        var rest = bytes[headLength..];
        var written = 0;
        for (var payload = body.Next(ref rest); !payload.IsEmpty; payload = body.Next(ref rest))
        {
            payload.CopyTo(scratch.AsSpan(written));
            written += payload.Length;
        }

        var request = body switch
        {
            { IsBroken: true } => new(MockRequestKind.Malformed),
            { IsComplete: false } => new(MockRequestKind.Incomplete),
            _ => Describe(kind, bytes[..headLength], scratch.AsSpan(0, written), bytes.Length - rest.Length),
        };
        ArrayPool<byte>.Shared.Return(scratch);
        return request;
    }

    private static MockRequest Describe(MockRequestKind kind, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, int length)
    {
        var query = "";
        if (kind == MockRequestKind.SetScript)
        {
            var target = TargetOf(head);
            query = System.Text.Encoding.ASCII.GetString(target[(target.IndexOf((byte)'?') + 1)..]);
        }
        return new(kind, length, IsTrue(body, "\"stream\""u8), IsTrue(body, "\"include_usage\""u8), HttpHead.IsClose(head), query);
    }

    /// <summary>
    /// Whether a member of this quoted name has the value true. Good enough for a mock: inside a JSON string the closing quote of the
    /// name would be escaped and so not match.
    /// </summary>
    private static bool IsTrue(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        for (var at = json.IndexOf(quotedName); at >= 0; at = json.IndexOf(quotedName))
        {
            json = json[(at + quotedName.Length)..].TrimStart(" \t\r\n:"u8);
            if (json.StartsWith("true"u8))
                return true;
        }
        return false;
    }
}
