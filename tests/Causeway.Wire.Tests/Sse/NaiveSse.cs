namespace Causeway.Wire.Tests.Sse;

/// <summary>The framing rule, byte by byte and slow, to compare with.</summary>
internal static class NaiveSse
{
    public static List<byte[]> Split(byte[] stream)
    {
        var events = new List<byte[]>();
        var start = 0;
        var afterBareCr = false;
        for (var lineStart = stream is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0; lineStart < stream.Length;)
        {
            var end = Array.FindIndex(stream, lineStart, b => b is (byte)'\n' or (byte)'\r');
            if (end < 0) break;
            var isBlank = end == lineStart;
            var isCr = stream[end] == '\r';
            if (isCr && isBlank && !afterBareCr && end + 1 == stream.Length) break; // may still become CRLF
            var isCrLf = isCr && end + 1 < stream.Length && stream[end + 1] == '\n';
            lineStart = end + (isCrLf ? 2 : 1);
            if (isBlank)
            {
                var eventEnd = isCr && afterBareCr ? end + 1 : lineStart;
                events.Add(stream[start..eventEnd]);
                start = eventEnd;
            }
            afterBareCr = isCr && !isCrLf;
        }
        events.Add(stream[start..]);
        return events;
    }
}
