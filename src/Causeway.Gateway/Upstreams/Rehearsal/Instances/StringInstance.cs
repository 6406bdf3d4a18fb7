using System.Globalization;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>A short text: by pattern, by format, otherwise a word, stretched or cut to the lengths asked for.</summary>
internal static class StringInstance
{
    private const int LongestMinimum = 10_000;

    private static readonly string[] Words = ["rehearsal", "curtain", "stage", "prompter", "costume", "scene", "script", "encore"];

    public static string Pick(SchemaFacets facets, ref Chance chance)
    {
        var least = facets.Least("minLength", LongestMinimum);
        var most = facets.Most("maxLength");
        if (facets.TryGet("pattern", out var pattern) && pattern.ValueKind is JsonValueKind.String
            && PatternSample.TryWrite(pattern.GetString() ?? "", least, ref chance) is { } sample) return sample;
        if (facets.TryGet("format", out var format) && format.ValueKind is JsonValueKind.String
            && Formatted(format.GetString(), ref chance) is { } formatted) return formatted;
        return Fit(chance.Pick<string>(Words), least, most);
    }

    private static string Fit(string word, int least, int most)
    {
        if (word.Length > most) return word[..most];
        return word.Length >= least ? word : string.Concat(Enumerable.Repeat(word + " ", (least / word.Length) + 1))[..least];
    }

    private static string? Formatted(string? format, ref Chance chance)
    {
        var number = 1 + chance.Below(9);
        var word = chance.Pick<string>(Words);
        return format switch
        {
            "date-time" => $"2026-0{number}-1{number}T0{number}:30:00Z",
            "date" => $"2026-0{number}-1{number}",
            "time" => $"0{number}:30:00Z",
            "duration" => $"PT{number}M",
            "uuid" => Uuid(ref chance),
            "email" or "idn-email" => $"{word}@example.com",
            "uri" or "url" or "iri" => $"https://example.com/{word}",
            "uri-reference" or "iri-reference" or "json-pointer" => $"/{word}",
            "hostname" or "idn-hostname" => $"{word}.example.com",
            "ipv4" => $"192.0.2.{number}",
            "ipv6" => $"2001:db8::{number}",
            "byte" or "base64" => "cmVoZWFyc2Fs",
            _ => null,
        };
    }

    private static string Uuid(ref Chance chance)
    {
        var high = chance.Next();
        var low = chance.Next();
        return string.Create(CultureInfo.InvariantCulture,
            $"{high >> 32:x8}-{(high >> 16) & 0xFFFF:x4}-4{high & 0xFFF:x3}-8{low >> 52:x3}-{low & 0xFFFFFFFFFFFF:x12}");
    }
}
