using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Errors;

/// <summary>
/// What an upstream says in an error body. The texts are the upstream's own: pass them through <see cref="UpstreamErrorText"/>
/// before anyone sees them.
/// </summary>
public sealed record UpstreamErrorBody(string Message, string? Type, string? Param, string? Code)
{
    /// <summary>
    /// Reads the shapes that OpenAI-compatible servers use: <c>{"error":{..}}</c>, <c>{"error":"text"}</c>,
    /// <c>{"object":"error","message":..}</c>, <c>{"message":..}</c>, <c>{"detail":"text"}</c> and <c>{"detail":[{"msg":..}]}</c>,
    /// also as the only element of an array. False when there is no message in it. Never throws. Cold path.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out UpstreamErrorBody? error)
    {
        error = null;
        try
        {
            var reader = new Utf8JsonReader(body, WireJson.ReaderOptions);
            using var document = JsonDocument.ParseValue(ref reader);
            error = OfRoot(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string with a lone surrogate: no message either way.
        }
        return error is not null;
    }

    private static UpstreamErrorBody? OfRoot(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array) return root.GetArrayLength() > 0 ? OfRoot(root[0]) : null;
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (!root.TryGetProperty("error"u8, out var error)) return OfObject(root);
        return error.ValueKind switch
        {
            JsonValueKind.String => new UpstreamErrorBody(error.GetString() ?? "", Text(root, "type"), null, Text(root, "code")),
            JsonValueKind.Object => OfObject(error),
            _ => OfObject(root),
        };
    }

    private static UpstreamErrorBody? OfObject(JsonElement error)
    {
        var message = Text(error, "message") ?? Text(error, "Message") ?? Detail(error) ?? Text(error, "msg");
        if (message is null) return null;
        return new UpstreamErrorBody(message, Text(error, "type") ?? Text(error, "__type"), Text(error, "param"), Text(error, "code"));
    }

    private static string? Detail(JsonElement error)
    {
        if (!error.TryGetProperty("detail"u8, out var detail)) return null;
        if (detail.ValueKind == JsonValueKind.String) return detail.GetString();
        if (detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() > 0) detail = detail[0];
        return Text(detail, "msg") ?? Text(detail, "message");
    }

    /// <summary>A member's text; a number's spelling, since codes come as both.</summary>
    private static string? Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }
}
