using System.Text.Json;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary><c>minimum</c>, <c>maximum</c>, their exclusive kinds (of draft-04 too, which were booleans) and <c>multipleOf</c>.</summary>
internal static class NumberKeywords
{
    public static Shape Read(SchemaSite site)
    {
        var parts = new List<Language>();
        if (Bound(site, "minimum") is { } minimum) parts.Add(NumberLanguages.AtLeast(minimum, !IsExclusive(site, "exclusiveMinimum")));
        if (Bound(site, "maximum") is { } maximum) parts.Add(NumberLanguages.AtMost(maximum, !IsExclusive(site, "exclusiveMaximum")));
        if (Bound(site, "exclusiveMinimum") is { } above) parts.Add(NumberLanguages.AtLeast(above, false));
        if (Bound(site, "exclusiveMaximum") is { } below) parts.Add(NumberLanguages.AtMost(below, false));
        if (Bound(site, "multipleOf") is { } divisor)
        {
            if (divisor.IsNegative || divisor.IsZero) throw site.Fail("multipleOf", "must be above zero");
            parts.Add(NumberLanguages.MultiplesOf(divisor) ?? throw site.Fail("multipleOf", "is not supported: it has too many digits"));
        }
        return parts.Count == 0 ? Shape.Anything : Shape.Anything with { Number = Language.Both(parts) };
    }

    private static bool IsExclusive(SchemaSite site, string keyword) => site.Find(keyword) is { ValueKind: JsonValueKind.True };

    private static DecimalText? Bound(SchemaSite site, string keyword)
    {
        if (site.Find(keyword) is not { } value || value.ValueKind is JsonValueKind.True or JsonValueKind.False) return null;
        if (value.ValueKind != JsonValueKind.Number) throw site.Fail(keyword, "must be a number");
        return DecimalText.Parse(value.GetRawText()) ?? throw site.Fail(keyword, "is not supported: the number has too many digits");
    }
}
