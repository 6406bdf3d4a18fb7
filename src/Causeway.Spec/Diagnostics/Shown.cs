using System.Globalization;
using System.Text;
using Causeway.Spec.Values;

namespace Causeway.Spec.Diagnostics;

/// <summary>User text as it may stand in a message: short, on one line, and never a key somebody pasted into the wrong place.</summary>
internal static class Shown
{
    private const int MaxLength = 60;

    public static string Text(string text)
    {
        if (SecretShape.Matches(text)) return "(hidden: looks like a key)";
        var cut = text.Length <= MaxLength ? text : text[..MaxLength] + "…";
        var safe = new StringBuilder(cut.Length);
        foreach (var c in cut) safe.Append(char.IsControl(c) || char.IsSurrogate(c) || IsInvisible(c) ? '\uFFFD' : c);
        return safe.ToString();
    }

    /// <summary>
    /// Characters without a shape. Direction marks among them make a terminal show text in another order than it was written.
    /// </summary>
    public static bool IsInvisible(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
