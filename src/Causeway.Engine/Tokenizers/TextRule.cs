using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>A step of normalisation: UTF-8 in, UTF-8 out. Immutable and thread-safe.</summary>
internal abstract class TextRule
{
    /// <param name="atStart">Whether this is the start of the whole text and not what stands between two added tokens.</param>
    /// <returns>The same span when there is nothing to do.</returns>
    public abstract ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text, bool atStart);
}

/// <summary>Replaces each occurrence of a string.</summary>
internal sealed class ReplaceRule(byte[] pattern, byte[] content) : TextRule
{
    public override ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text, bool atStart)
    {
        var count = text.Count(pattern);
        if (count == 0) return text;
        var result = new byte[checked(text.Length + (count * (content.Length - pattern.Length)))];
        var into = result.AsSpan();
        for (var at = text.IndexOf(pattern); at >= 0; at = text.IndexOf(pattern))
        {
            text[..at].CopyTo(into);
            content.CopyTo(into[at..]);
            text = text[(at + pattern.Length)..];
            into = into[(at + content.Length)..];
        }
        text.CopyTo(into);
        return result;
    }
}

/// <summary>Puts a string before a text that is not empty.</summary>
/// <param name="unlessThere">Not when the text begins with it already.</param>
/// <param name="onlyAtStart">Not between added tokens.</param>
internal sealed class PrependRule(byte[] content, bool unlessThere, bool onlyAtStart) : TextRule
{
    public override ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text, bool atStart) =>
        text.IsEmpty || (onlyAtStart && !atStart) || (unlessThere && text.StartsWith(content)) ? text : (byte[])[.. content, .. text];
}

/// <summary>Unicode normalization form C.</summary>
internal sealed class ComposeRule : TextRule
{
    public override ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text, bool atStart) => NormalFormC.Apply(text);
}

/// <summary>Lower case, character by character.</summary>
internal sealed class LowercaseRule : TextRule
{
    public override ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text, bool atStart)
    {
        var lower = new StringBuilder(text.Length);
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes())
        {
            // U+0130 is the one character whose lower case is two.
            if (rune.Value == 0x130) lower.Append("i\u0307");
            else lower.Append(Rune.ToLowerInvariant(rune));
        }
        return Encoding.UTF8.GetBytes(lower.ToString());
    }
}
