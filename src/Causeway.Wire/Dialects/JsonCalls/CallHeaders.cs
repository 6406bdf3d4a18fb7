using System.Buffers;

namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>What stands before the arguments of a call that is no object: its name, perhaps its id.</summary>
internal readonly ref struct CallHeaders(ReadOnlySpan<byte> name, ReadOnlySpan<byte> id, int length)
{
    private const int MaxName = 256;

    private static readonly SearchValues<byte> s_nameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:/"u8);

    public readonly ReadOnlySpan<byte> Name = name;
    public readonly ReadOnlySpan<byte> Id = id;

    /// <summary>Bytes up to the arguments.</summary>
    public readonly int Length = length;

    /// <summary><c>&lt;|tool_call_begin|&gt;functions.f:0&lt;|tool_call_argument_begin|&gt;</c>, from the first tag on.</summary>
    public static Fit ReadNumbered(ReadOnlySpan<byte> bytes, bool isLast, out CallHeaders header)
    {
        header = default;
        var fit = Window.Fits(bytes, JsonCallGrammars.KimiCall, isLast);
        if (fit != Fit.Yes) return fit;
        var at = JsonCallGrammars.KimiCall.Length;
        var length = bytes[at..].IndexOf((byte)'<');
        if (length < 0) return bytes.Length - at > MaxName || isLast ? Fit.No : Fit.Partial;
        var id = bytes.Slice(at, length).Trim(" \n\r\t"u8);
        if (id.Length is 0 or > MaxName) return Fit.No;
        at += length;
        var arguments = Window.Fits(bytes[at..], JsonCallGrammars.KimiArguments, isLast);
        var end = Window.Fits(bytes[at..], JsonCallGrammars.KimiCallEnd, isLast);
        if (arguments != Fit.Yes && end != Fit.Yes) return arguments > end ? arguments : end;
        var name = NameIn(id);
        if (name.IsEmpty) return Fit.No;
        header = new CallHeaders(name, id, arguments == Fit.Yes ? at + JsonCallGrammars.KimiArguments.Length : at);
        return Fit.Yes;
    }

    /// <summary><c>f[CALL_ID]id[ARGS]</c>, <c>f[ARGS]</c> or <c>f</c> before <c>{</c>.</summary>
    public static Fit ReadPlain(ReadOnlySpan<byte> bytes, bool isLast, out CallHeaders header)
    {
        header = default;
        var at = bytes.IndexOfAnyExcept(s_nameBytes);
        if (at < 0) return bytes.Length > MaxName || isLast ? Fit.No : Fit.Partial;
        if (at is 0 or > MaxName) return Fit.No;
        var name = bytes[..at];
        ReadOnlySpan<byte> id = default;
        var fit = Window.Fits(bytes[at..], "[CALL_ID]"u8, isLast);
        if (fit == Fit.Yes)
        {
            at += "[CALL_ID]"u8.Length;
            var length = bytes[at..].IndexOfAny((byte)'[', (byte)'\n');
            if (length < 0) return bytes.Length - at > MaxName || isLast ? Fit.No : Fit.Partial;
            id = bytes.Slice(at, length);
            at += length;
        }
        var arguments = Window.Fits(bytes[at..], "[ARGS]"u8, isLast);
        if (arguments == Fit.Yes) at += "[ARGS]"u8.Length;
        else if (fit == Fit.Partial || arguments == Fit.Partial) return Fit.Partial;
        else if (bytes[at] != '{') return Fit.No;
        header = new CallHeaders(name, id, at);
        return Fit.Yes;
    }

    private static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> id)
    {
        if (id.StartsWith("functions."u8)) id = id["functions."u8.Length..];
        var colon = id.LastIndexOf((byte)':');
        return colon > 0 && !id[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9') ? id[..colon] : id;
    }
}
