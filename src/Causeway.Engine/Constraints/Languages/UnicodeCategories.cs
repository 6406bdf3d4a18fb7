using System.Globalization;

namespace Causeway.Engine.Constraints.Languages;

/// <summary><c>\p{…}</c>: general categories by their short and long names, Any, ASCII and Assigned. Scripts are not known.</summary>
internal static class UnicodeCategories
{
    // In the order of UnicodeCategory.
    private static readonly string[] s_categories =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private static readonly Dictionary<string, string> s_longNames = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L", ["Cased_Letter"] = "LC", ["Uppercase_Letter"] = "Lu", ["Lowercase_Letter"] = "Ll", ["Titlecase_Letter"] = "Lt",
        ["Modifier_Letter"] = "Lm", ["Other_Letter"] = "Lo", ["Mark"] = "M", ["Combining_Mark"] = "M", ["Nonspacing_Mark"] = "Mn",
        ["Spacing_Mark"] = "Mc", ["Enclosing_Mark"] = "Me", ["Number"] = "N", ["Decimal_Number"] = "Nd", ["digit"] = "Nd",
        ["Letter_Number"] = "Nl", ["Other_Number"] = "No", ["Separator"] = "Z", ["Space_Separator"] = "Zs", ["Line_Separator"] = "Zl",
        ["Paragraph_Separator"] = "Zp", ["Other"] = "C", ["Control"] = "Cc", ["cntrl"] = "Cc", ["Format"] = "Cf",
        ["Private_Use"] = "Co", ["Unassigned"] = "Cn", ["Punctuation"] = "P", ["punct"] = "P", ["Connector_Punctuation"] = "Pc",
        ["Dash_Punctuation"] = "Pd", ["Open_Punctuation"] = "Ps", ["Close_Punctuation"] = "Pe", ["Initial_Punctuation"] = "Pi",
        ["Final_Punctuation"] = "Pf", ["Other_Punctuation"] = "Po", ["Symbol"] = "S", ["Math_Symbol"] = "Sm", ["Currency_Symbol"] = "Sc",
        ["Modifier_Symbol"] = "Sk", ["Other_Symbol"] = "So",
    };

    // Read from the runtime's own tables once a pattern asks; a few milliseconds, then kept.
    private static readonly Lazy<List<(int From, int To)>[]> s_sets = new(ReadSets);

    /// <summary>Null for a property that is not known.</summary>
    public static CodePointSet? Find(string property)
    {
        if (property.Split('=') is ["General_Category" or "gc", var category]) property = category;
        property = s_longNames.GetValueOrDefault(property, property);
        switch (property)
        {
            case "Any": return CodePointSet.All;
            case "ASCII": return CodePointSet.Of((0, 0x7F));
            case "Assigned": return Union("Cn").Complement();
            case "LC": return Union("Lu", "Ll", "Lt");
            case "C" or "L" or "M" or "N" or "P" or "S" or "Z":
                return Union([.. s_categories.Where(category => category[0] == property[0])]);
            default: return Array.IndexOf(s_categories, property) >= 0 ? Union(property) : null;
        }
    }

    private static CodePointSet Union(params string[] categories) =>
        CodePointSet.Of(categories.SelectMany(category => s_sets.Value[Array.IndexOf(s_categories, category)]));

    private static List<(int From, int To)>[] ReadSets()
    {
        var sets = new List<(int From, int To)>[s_categories.Length];
        for (var i = 0; i < sets.Length; i++) sets[i] = [];
        var start = 0;
        var current = CharUnicodeInfo.GetUnicodeCategory(0);
        for (var codePoint = 1; codePoint <= CodePointSet.Last; codePoint++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(codePoint);
            if (category == current) continue;
            sets[(int)current].Add((start, codePoint - 1));
            (start, current) = (codePoint, category);
        }
        sets[(int)current].Add((start, CodePointSet.Last));
        return sets;
    }
}
