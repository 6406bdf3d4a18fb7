using System.Buffers;

namespace Causeway.Wire.Dialects.Tags;

/// <summary>The opening tag of a call or a parameter. A ref struct over the bytes it was read from.</summary>
internal readonly ref struct TagHead(ReadOnlySpan<byte> name, int length, bool? isString, bool isBroken = false)
{
    private const int MaxName = 256;
    private const int MaxLength = 512;

    private static readonly SearchValues<byte> s_valueEnds = SearchValues.Create(" \n\r\t><"u8);
    private static readonly SearchValues<byte> s_notInNames = SearchValues.Create(" \t{[\"'`>"u8);

    public readonly ReadOnlySpan<byte> Name = name;

    /// <summary>Bytes of the whole tag.</summary>
    public readonly int Length = length;

    /// <summary>What the attribute <c>string</c> says; null without one.</summary>
    public readonly bool? IsString = isString;

    /// <summary>The tag lacks a part of itself.</summary>
    public readonly bool IsBroken = isBroken;

    public static Fit ReadCall(TagGrammar grammar, ReadOnlySpan<byte> bytes, bool isLast, out TagHead head)
    {
        head = default;
        var fit = Window.Fits(bytes, grammar.CallOpen, isLast);
        if (fit != Fit.Yes) return fit;
        return grammar.Style switch
        {
            TagStyle.Attributes => ReadAttributes(bytes, grammar.CallOpen.Length, isLast, out head),
            TagStyle.Assignment => ReadAssignment(bytes, grammar.CallOpen.Length, isLast, out head),
            _ => ReadNameOfElement(bytes, grammar, isLast, out head),
        };
    }

    public static Fit ReadParameter(TagGrammar grammar, ReadOnlySpan<byte> bytes, bool isLast, out TagHead head)
    {
        head = default;
        var fit = Window.Fits(bytes, grammar.ParameterOpen, isLast);
        if (fit != Fit.Yes) return fit;
        return grammar.Style switch
        {
            TagStyle.Attributes => ReadAttributes(bytes, grammar.ParameterOpen.Length, isLast, out head),
            TagStyle.Assignment => ReadAssignment(bytes, grammar.ParameterOpen.Length, isLast, out head),
            _ => ReadKeyElement(bytes, isLast, out head),
        };
    }

    private static Fit ReadAssignment(ReadOnlySpan<byte> bytes, int at, bool isLast, out TagHead head)
    {
        head = default;
        var end = bytes[at..].IndexOfAny("><\n"u8);
        if (end < 0) return bytes.Length - at > MaxName || isLast ? Fit.No : Fit.Partial;
        if (bytes[at + end] != '>') return Fit.No;
        var name = bytes.Slice(at, end).Trim(" \t\"'"u8);
        if (!IsName(name)) return Fit.No;
        head = new TagHead(name, at + end + 1, null);
        return Fit.Yes;
    }

    private static Fit ReadAttributes(ReadOnlySpan<byte> bytes, int at, bool isLast, out TagHead head)
    {
        head = default;
        isLast |= bytes.Length > MaxLength;
        bytes = bytes[..Math.Min(bytes.Length, MaxLength)];
        if (at < bytes.Length && !Window.IsSpace(bytes[at])) return Fit.No;
        var more = isLast ? Fit.No : Fit.Partial;
        ReadOnlySpan<byte> name = default;
        bool? isString = null;
        while (true)
        {
            at += Window.SpaceAt(bytes[at..]);
            if (at == bytes.Length) return more;
            if (bytes[at] == '>') break;
            var fit = ReadAttribute(bytes, isLast, ref at, out var key, out var value);
            if (fit != Fit.Yes) return fit;
            if (key.SequenceEqual("name"u8)) name = value;
            if (key.SequenceEqual("string"u8)) isString = value.SequenceEqual("true"u8);
        }
        if (!IsName(name)) return Fit.No;
        head = new TagHead(name, at + 1, isString);
        return Fit.Yes;
    }

    private static Fit ReadAttribute(ReadOnlySpan<byte> bytes, bool isLast, scoped ref int at, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        var more = isLast ? Fit.No : Fit.Partial;
        var length = bytes[at..].IndexOfAnyExceptInRange((byte)'a', (byte)'z');
        if (length < 0) return more;
        key = bytes.Slice(at, length);
        at += length;
        at += Window.SpaceAt(bytes[at..]);
        if (at == bytes.Length) return more;
        if (key.IsEmpty || bytes[at] != '=') return Fit.No;
        at++;
        at += Window.SpaceAt(bytes[at..]);
        if (at == bytes.Length) return more;
        var quote = bytes[at];
        var isQuoted = quote is (byte)'"' or (byte)'\'';
        if (isQuoted) at++;
        var end = isQuoted ? bytes[at..].IndexOfAny(quote, (byte)'\n') : bytes[at..].IndexOfAny(s_valueEnds);
        if (end < 0) return more;
        if (isQuoted && bytes[at + end] != quote) return Fit.No;
        value = bytes.Slice(at, end);
        at += isQuoted ? end + 1 : end;
        return Fit.Yes;
    }

    private static Fit ReadNameOfElement(ReadOnlySpan<byte> bytes, TagGrammar grammar, bool isLast, out TagHead head)
    {
        head = default;
        var at = grammar.CallOpen.Length;
        at += Math.Min(Window.SpaceAt(bytes[at..]), Window.MaxSpace);
        var end = bytes[at..].IndexOfAny((byte)'<', (byte)'\n');
        if (end < 0) return bytes.Length - at > MaxName || isLast ? Fit.No : Fit.Partial;
        var name = bytes.Slice(at, end).Trim(" \r\t"u8);
        if (!IsName(name) || name.ContainsAny(s_notInNames)) return Fit.No;
        var next = at + end + Math.Min(Window.SpaceAt(bytes[(at + end)..]), Window.MaxSpace);
        // Prose after a tag that is only mentioned must not become a name: an element of the grammar has to follow.
        var key = Window.Fits(bytes[next..], grammar.ParameterOpen, isLast);
        var close = Window.Fits(bytes[next..], grammar.CallClose, isLast);
        if (key != Fit.Yes && close != Fit.Yes) return key == Fit.Partial || close == Fit.Partial ? Fit.Partial : Fit.No;
        head = new TagHead(name, next, null);
        return Fit.Yes;
    }

    private static Fit ReadKeyElement(ReadOnlySpan<byte> bytes, bool isLast, out TagHead head)
    {
        head = default;
        var at = "<arg_key>"u8.Length;
        var end = bytes[at..].IndexOf((byte)'<');
        if (end < 0) return bytes.Length - at > MaxName || isLast ? Fit.No : Fit.Partial;
        var name = bytes.Slice(at, end).Trim(" \n\r\t"u8);
        at += end;
        var fit = Window.Fits(bytes[at..], "</arg_key>"u8, isLast);
        if (fit != Fit.Yes || !IsName(name)) return IsName(name) ? fit : Fit.No;
        at += "</arg_key>"u8.Length;
        var space = Math.Min(Window.SpaceAt(bytes[at..]), Window.MaxSpace);
        fit = Window.Fits(bytes[(at + space)..], "<arg_value>"u8, isLast);
        if (fit == Fit.Partial) return fit;
        head = new TagHead(name, at + space + (fit == Fit.Yes ? "<arg_value>"u8.Length : 0), null, fit != Fit.Yes);
        return Fit.Yes;
    }

    private static bool IsName(ReadOnlySpan<byte> name) => name.Length is > 0 and <= MaxName && !name.ContainsAnyInRange((byte)0, (byte)0x1F);
}
