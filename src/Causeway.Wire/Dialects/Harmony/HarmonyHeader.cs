namespace Causeway.Wire.Dialects.Harmony;

/// <summary>What stands before <c>&lt;|message|&gt;</c>: role, recipient, channel, format, in any order that models write them.</summary>
internal readonly ref struct HarmonyHeader(ReadOnlySpan<byte> function, bool isAnalysis, bool isBroken, int length)
{
    private const int MaxLength = 512;

    /// <summary>Whom the message calls; empty when it is no call.</summary>
    public readonly ReadOnlySpan<byte> Function = function;
    public readonly bool IsAnalysis = isAnalysis;

    /// <summary>It says something twice, or names a channel that there is not.</summary>
    public readonly bool IsBroken = isBroken;

    /// <summary>Bytes of the header and of the tag that ends it.</summary>
    public readonly int Length = length;

    private static ReadOnlySpan<byte> Message => "<|message|>"u8;

    public static Fit Read(ReadOnlySpan<byte> bytes, bool isLast, out HarmonyHeader header)
    {
        header = default;
        var isShort = bytes.Length <= MaxLength;
        var end = bytes[..Math.Min(bytes.Length, MaxLength)].IndexOf(Message);
        if (end < 0) return !isShort || isLast || HasEnd(bytes) ? Fit.No : Fit.Partial;
        var text = bytes[..end];
        // A header within a header: the first one never reached its message.
        if (HasEnd(text) || text.LastIndexOf("<|start|>"u8) > 0) return Fit.No;
        var recipient = After(text, "to="u8, out var again);
        var channel = After(text, "<|channel|>"u8, out _).Trim("-\u2013\u2014 "u8);
        var isAnalysis = channel.StartsWith("analysis"u8);
        var isKnown = isAnalysis || channel.StartsWith("commentary"u8) || channel.StartsWith("final"u8);
        var function = FunctionOf(recipient);
        header = new HarmonyHeader(function, isAnalysis, again || !isKnown, end + Message.Length);
        return Fit.Yes;
    }

    private static ReadOnlySpan<byte> FunctionOf(ReadOnlySpan<byte> recipient)
    {
        if (recipient.StartsWith("functions."u8)) return recipient["functions."u8.Length..];
        return recipient.SequenceEqual("assistant"u8) || recipient.SequenceEqual("user"u8) || recipient.SequenceEqual("all"u8) ? default : recipient;
    }

    /// <summary>The word behind a label, up to white space or the next tag.</summary>
    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, out bool again)
    {
        again = false;
        var at = text.IndexOf(label);
        if (at < 0) return default;
        var rest = text[(at + label.Length)..];
        again = rest.IndexOf(label) >= 0;
        rest = rest[Math.Min(Window.SpaceAt(rest), rest.Length)..];
        var end = rest.IndexOfAny(" \n\r\t<"u8);
        return end < 0 ? rest : rest[..end];
    }

    private static bool HasEnd(ReadOnlySpan<byte> text) =>
        text.IndexOf("<|end|>"u8) >= 0 || text.IndexOf("<|call|>"u8) >= 0 || text.IndexOf("<|return|>"u8) >= 0;
}
