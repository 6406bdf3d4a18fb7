using System.Buffers.Text;
using System.Text;

namespace Causeway.Load.Sockets;

/// <summary>Just enough HTTP/1.1 for two ends that we control and the gateways between them.</summary>
internal static class HttpHead
{
    /// <summary>Length of the head with its blank line, or -1 while it is incomplete.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
    }

    /// <summary>The trimmed value of a header, or empty. <paramref name="name"/> is without the colon.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        foreach (var range in head.Split("\r\n"u8))
        {
            var line = head[range];
            if (line.Length > name.Length && line[name.Length] == ':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return line[(name.Length + 1)..].Trim(" \t"u8);
        }
        return default;
    }

    public static bool IsChunked(ReadOnlySpan<byte> head) => Ascii.EqualsIgnoreCase(Find(head, "transfer-encoding"u8), "chunked"u8);

    public static bool IsClose(ReadOnlySpan<byte> head) => Ascii.EqualsIgnoreCase(Find(head, "connection"u8), "close"u8);

    /// <summary>The declared body length, or null when there is none or it is not a number.</summary>
    public static long? ContentLength(ReadOnlySpan<byte> head)
    {
        var value = Find(head, "content-length"u8);
        return Utf8Parser.TryParse(value, out long length, out var used) && used == value.Length && length >= 0 ? length : null;
    }
}
