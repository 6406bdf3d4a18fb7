using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Log probabilities that look like some: fixed for a token, at most 0, falling along the alternatives.</summary>
internal static class TokenLogprobs
{
    private static readonly string[] Alternatives =
    [
        " the", " a", " and", " of", " to", " in", " is", " it", " that", " for", " on", " with", " as", " was", " at", " by", " an",
        " be", " this", " are", " from",
    ];

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<char> token, int alternatives)
    {
        var chance = new Chance(Chance.Hash(token, Chance.Basis));
        var logprob = -chance.Below(700_000) / 1_000_000.0;
        json.WriteStartObject();
        WriteToken(json, token, logprob);
        json.WriteStartArray("top_logprobs"u8);
        for (var index = 0; index < alternatives; index++)
        {
            json.WriteStartObject();
            WriteToken(json, index == 0 ? token : Other(token, index), logprob - (index * 1.25));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The last alternative stands in for the one that is the token itself.</summary>
    private static ReadOnlySpan<char> Other(ReadOnlySpan<char> token, int index) =>
        token.SequenceEqual(Alternatives[index - 1]) ? Alternatives[^1] : Alternatives[index - 1];

    private static void WriteToken(Utf8JsonWriter json, ReadOnlySpan<char> token, double logprob)
    {
        json.WriteString("token"u8, token);
        json.WriteNumber("logprob"u8, Math.Round(logprob, 6));
        json.WriteStartArray("bytes"u8);
        WriteBytes(json, token);
        json.WriteEndArray();
    }

    private static void WriteBytes(Utf8JsonWriter json, ReadOnlySpan<char> token)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in token.EnumerateRunes())
        {
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                json.WriteNumberValue(value);
        }
    }
}
