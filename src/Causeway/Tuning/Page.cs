using System.Globalization;
using System.Text.Json;
using Causeway.Gateway;
using Causeway.Wire.Errors;

namespace Causeway.Tuning;

/// <summary>Part of a list, as <c>after</c> and <c>limit</c> of a query cut it out.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, bool HasMore)
{
    /// <param name="all">In the order of the answer.</param>
    /// <exception cref="TuningRefusal">The limit is none, or nothing has the id that <c>after</c> names.</exception>
    public static Page<T> Of(HttpRequest request, IEnumerable<T> all, Func<T, string> id, int limit, int most)
    {
        limit = PageQuery.Limit(request, limit, most);
        if (PageQuery.After(request) is { } after)
        {
            var rest = all.SkipWhile(item => id(item) != after).ToList();
            all = rest.Count > 0 ? rest.Skip(1) : throw new TuningRefusal(ErrorCodes.InvalidValue.Error("'after' names nothing of this list.", "after"));
        }
        var items = all.Take(limit + 1).ToList();
        return new Page<T>(items.Count > limit ? items[..limit] : items, items.Count > limit);
    }
}

/// <summary>What a query says of the page it wants.</summary>
internal static class PageQuery
{
    public static string? After(HttpRequest request) => (string?)request.Query["after"] is { Length: > 0 } after ? after : null;

    /// <exception cref="TuningRefusal">It is no number, or out of range.</exception>
    public static int Limit(HttpRequest request, int standard, int most)
    {
        if ((string?)request.Query["limit"] is not { Length: > 0 } text) return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most
            ? limit : throw new TuningRefusal(ErrorCodes.InvalidValue.Error($"'limit' must be a whole number from 1 to {most}.", "limit"));
    }
}

/// <summary>Writes a page as OpenAI's list.</summary>
internal static class PageJson
{
    public static Task WriteAsync<T>(HttpContext http, Page<T> page, Func<T, string> id, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (page, id, write), static (buffer, state) =>
        {
            var (page, id, write) = state;
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var item in page.Items) write(json, item);
            json.WriteEndArray();
            json.WriteString("first_id", page.Items.Count > 0 ? id(page.Items[0]) : null);
            json.WriteString("last_id", page.Items.Count > 0 ? id(page.Items[^1]) : null);
            json.WriteBoolean("has_more", page.HasMore);
            json.WriteEndObject();
        });
}
