using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Wire.Json;

/// <summary>How JSON is read and written on the wire.</summary>
internal static class WireJson
{
    /// <summary>Nesting allowed in requests and answers; the reader allows one more, so that we refuse it and not the reader.</summary>
    public const int MaxDepth = 128;

    /// <summary>The relaxed encoder leaves <c>'</c>, <c>+</c> and non-ASCII text readable; nothing here is embedded in HTML.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth + 1 };
}
