using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Causeway.Spec.Catalog;

/// <summary>Reads what an upstream answers to <c>GET /models</c>. A stranger wrote it: bounded, and what is not understood is left out.</summary>
public static class UpstreamModels
{
    /// <summary>The largest answer that is read, in bytes.</summary>
    public const int MaxBytes = 4 << 20;

    private const int MaxModels = 10_000;
    private const int MaxId = 256;

    /// <returns>Null when the answer is no list of models.</returns>
    public static ImmutableSortedDictionary<string, ListedFacts>? TryRead(ReadOnlyMemory<byte> answer)
    {
        if (answer.Length > MaxBytes) return null;
        try
        {
            using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 32 });
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Array) return null;
            var models = ImmutableSortedDictionary.CreateBuilder<string, ListedFacts>(StringComparer.Ordinal);
            foreach (var item in data.EnumerateArray().Take(MaxModels))
                if (IdOf(item) is { } id) models[id] = FactsOf(item);
            return models.ToImmutable();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? IdOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
        && id.GetString() is { Length: > 0 and <= MaxId } text && !text.Any(char.IsControl) ? text : null;

    private static ListedFacts FactsOf(JsonElement item)
    {
        if (!item.TryGetProperty("shutdown_date", out var stated)) return default;
        if (stated.ValueKind == JsonValueKind.Null) return new ListedFacts(true, null);
        return stated.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(stated.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? new ListedFacts(true, date) : default;
    }
}
