using System.Net;

namespace Causeway.Serving;

/// <summary>Reads <c>--listen</c>: <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:8080</c>, <c>*:8080</c>, or a port alone.</summary>
internal static class ListenAddress
{
    public static bool TryParse(string text, out IPEndPoint endpoint)
    {
        var spelled = text switch
        {
            _ when ushort.TryParse(text, out _) => "127.0.0.1:" + text,
            _ when text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) => "127.0.0.1" + text["localhost".Length..],
            _ when text.StartsWith("*:", StringComparison.Ordinal) => "0.0.0.0" + text[1..],
            _ => text,
        };
        return IPEndPoint.TryParse(spelled, out endpoint!) && HasPort(spelled);
    }

    // The framework reads an address without a port as port 0.
    private static bool HasPort(string text) => text.LastIndexOf(':') > text.LastIndexOf(']') && text.LastIndexOf(':') > 0;
}
