using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>The two changes that Bedrock itself asks of a request's bytes. Everything else stays as it came.</summary>
internal static class MemberSplice
{
    // More than the gateway lets through.
    private static readonly JsonReaderOptions _options = new() { MaxDepth = 256 };

    /// <summary>Puts the operator's tier into a request that names none, or names OpenAI's <c>auto</c>, which AWS does not know.</summary>
    /// <param name="body">A JSON object, as the gateway has checked.</param>
    /// <returns>The same memory when there is nothing to change.</returns>
    public static ReadOnlyMemory<byte> ServiceTier(ReadOnlyMemory<byte> body, string tier)
    {
        if (Find(body.Span, "service_tier"u8, out var from, out var to) is not { } value) return Replace(body, from, to, $"\"service_tier\":\"{tier}\",");
        return value is "null" or "\"auto\"" ? Replace(body, from, to, $"\"{tier}\"") : body;
    }

    /// <summary>Puts another name of the model into a request: the two hosts do not always call it the same.</summary>
    public static ReadOnlyMemory<byte> Model(ReadOnlyMemory<byte> body, string model) =>
        Find(body.Span, "model"u8, out var from, out var to) is null ? body : Replace(body, from, to, $"\"{JsonEncodedText.Encode(model)}\"");

    /// <summary>The member's value as written and its place; without the member null, and the place after the object's opening brace.</summary>
    private static string? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, out int from, out int to)
    {
        var reader = new Utf8JsonReader(body, _options);
        reader.Read();
        from = to = (int)reader.BytesConsumed;
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name)) continue;
            reader.Read();
            from = (int)reader.TokenStartIndex;
            reader.Skip();
            to = (int)reader.BytesConsumed;
            return Encoding.UTF8.GetString(body[from..to]);
        }
        return null;
    }

    private static byte[] Replace(ReadOnlyMemory<byte> body, int from, int to, string text) =>
        [.. body.Span[..from], .. Encoding.UTF8.GetBytes(text), .. body.Span[to..]];
}
