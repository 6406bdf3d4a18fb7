using System.Text;
using Causeway.Spec.Diagnostics;

namespace Causeway.Spec.Yaml;

/// <summary>Refuses what no honest spec contains before a parser sees it.</summary>
internal static class SourceText
{
    public const int MaxBytes = 1 << 20;

    /// <summary>The text without a byte-order mark, or null when it was refused.</summary>
    public static string? Check(string text, DiagnosticBag bag)
    {
        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            bag.Add(DiagnosticRule.TooLarge, default, "the spec is larger than 1 MiB");
            return null;
        }
        var body = text.StartsWith('\uFEFF') ? text[1..] : text;
        var bad = IndexOfForbidden(body);
        if (bad < 0) return body;
        bag.Add(DiagnosticRule.InvalidText, PositionOf(body, bad), $"the character U+{(int)body[bad]:X4} has no place in a spec");
        return null;
    }

    /// <summary>The first lone surrogate or control character other than tab and line breaks; -1 when there is none.</summary>
    public static int IndexOfForbidden(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (IsForbidden(text[i])) return i;
        }
        return -1;
    }

    private static bool IsForbidden(char c) =>
        char.IsSurrogate(c) || c is '\uFEFF' or '\uFFFE' or '\uFFFF' || (char.IsControl(c) && c is not ('\t' or '\n' or '\r'));

    private static Position PositionOf(string text, int index)
    {
        var before = text.AsSpan(0, index);
        return new Position(before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}
