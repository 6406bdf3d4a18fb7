using System.Text.Json;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary><c>minLength</c>, <c>maxLength</c>, <c>pattern</c>, <c>format</c>.</summary>
internal static class TextKeywords
{
    public static Shape Read(SchemaSite site, Shape beside)
    {
        if (beside.Text.IsNothing) return Shape.Anything;
        var min = Counts.Read(site, "minLength") ?? 0;
        var max = Counts.Read(site, "maxLength") ?? Language.Unbounded;
        var parts = new List<Language> { Language.Repeat(Language.Of(CodePointSet.All), min, max) };
        if (site.Find("pattern") is { } pattern) parts.Add(ReadPattern(site, "pattern", pattern));
        var shape = Shape.Anything with { Text = Language.Both(parts) };
        if (site.Find("format") is not { ValueKind: JsonValueKind.String } format || FormatLanguages.Find(format.GetString() ?? "") is not { } language) return shape;
        return shape with { Text = Language.Both([.. parts, language]), Narrowed = "format" };
    }

    public static Language ReadPattern(SchemaSite site, string keyword, JsonElement pattern)
    {
        if (pattern.ValueKind != JsonValueKind.String) throw site.Fail(keyword, "must be a text");
        return ReadPattern(site, keyword, SchemaShapes.Plain(site, pattern));
    }

    public static Language ReadPattern(SchemaSite site, string keyword, string pattern)
    {
        try
        {
            return PatternReader.Read(pattern);
        }
        catch (PatternException exception)
        {
            throw site.Fail(keyword, $"is not supported: {exception.Message}");
        }
    }
}

/// <summary>Counts, as the schema's keywords have them.</summary>
internal static class Counts
{
    /// <summary>Null when the keyword is not there. Counts beyond two thousand million are as good as none.</summary>
    public static int? Read(SchemaSite site, string keyword)
    {
        if (site.Find(keyword) is not { } value) return null;
        var number = value.ValueKind == JsonValueKind.Number ? DecimalText.Parse(value.GetRawText()) : null;
        if (number is not { IsInteger: true, IsNegative: false } count) throw site.Fail(keyword, "must be a whole number, zero or more");
        return int.TryParse(count.Whole, out var small) ? small : int.MaxValue;
    }
}
