using System.Text;

namespace Causeway.Wire.Dialects.Tags;

/// <summary>What a <c>&lt;</c> within a value is. No: a part of the value.</summary>
/// <param name="Length">Bytes of the tag that belong to the value's end; 0 when what ends it is for the call to read.</param>
/// <param name="IsRepair">The value ends without its closing tag.</param>
internal readonly record struct ValueEnd(Fit Fit, int Length = 0, bool IsRepair = false);

/// <summary>
/// Tells the end of a value from markup that is a part of it, as in the source of a parser that the model writes to a file. A closing
/// tag counts only when markup follows it, a call that is opened and closed within the value is data, and so is what is no parameter
/// of the tool. It looks ahead by a bounded number of bytes.
/// </summary>
internal sealed class ValueEnds(TagGrammar grammar)
{
    private readonly byte[][] _afterValue = Tags(grammar.ParameterOpen, grammar.CallClose, grammar.BlockClose, grammar.BlockOpen, grammar.CallOpen);
    private readonly byte[][] _afterCall = Tags(grammar.BlockClose, grammar.BlockOpen, grammar.CallOpen);
    private readonly byte[][] _afterBlock = Tags(grammar.BlockOpen);
    private ToolParameters? _tool;
    private HashSet<string> _seen = [];
    private int _calls;
    private int _parameters;

    /// <summary>A value begins.</summary>
    /// <param name="tool">The called tool; null when it is unknown.</param>
    /// <param name="seen">Parameters of the call so far, this one included.</param>
    public void Begin(ToolParameters? tool, HashSet<string> seen)
    {
        _tool = tool;
        _seen = seen;
        _calls = _parameters = 0;
    }

    /// <summary>Judges the <c>&lt;</c> at <paramref name="at"/>. To be asked once for each place, unless the answer is partial.</summary>
    public ValueEnd At(ReadOnlySpan<byte> bytes, int at, bool isLast)
    {
        var rest = bytes[at..];
        var fit = Window.Fits(rest, grammar.ParameterClose, isLast);
        if (fit == Fit.Yes) return CloseOfValue(rest, isLast);
        var partial = fit == Fit.Partial;
        fit = Window.Fits(rest, grammar.CallClose, isLast);
        if (fit == Fit.Yes) return CloseOfCall(rest, isLast);
        partial |= fit == Fit.Partial;
        fit = grammar.BlockClose.Length == 0 ? Fit.No : Window.Fits(rest, grammar.BlockClose, isLast);
        if (fit == Fit.Yes) return _calls > 0 ? default : Ends(rest, grammar.BlockClose, _afterBlock, isLast);
        partial |= fit == Fit.Partial;
        fit = TagHead.ReadParameter(grammar, rest, isLast, out var head);
        if (fit == Fit.Yes) return OpenOfValue(head);
        partial |= fit == Fit.Partial;
        fit = TagHead.ReadCall(grammar, rest, isLast, out _);
        if (fit == Fit.Yes) _calls++;
        return partial || fit == Fit.Partial ? new ValueEnd(Fit.Partial) : default;
    }

    private ValueEnd CloseOfValue(ReadOnlySpan<byte> rest, bool isLast)
    {
        if (_parameters == 0) return new ValueEnd(Follows(rest[grammar.ParameterClose.Length..], _afterValue, isLast), grammar.ParameterClose.Length);
        var everything = ClosesEverything(rest, isLast);
        if (everything == Fit.No) _parameters--;
        return new ValueEnd(everything, grammar.ParameterClose.Length);
    }

    private ValueEnd CloseOfCall(ReadOnlySpan<byte> rest, bool isLast)
    {
        if (_calls == 0) return Ends(rest, grammar.CallClose, _afterCall, isLast);
        _calls--;
        _parameters = 0;
        return default;
    }

    private ValueEnd OpenOfValue(TagHead head)
    {
        if (_calls > 0)
        {
            _parameters++;
            return default;
        }
        var name = Encoding.UTF8.GetString(head.Name);
        return _tool is not null && _tool.Has(name) && !_seen.Contains(name) ? new ValueEnd(Fit.Yes, 0, IsRepair: true) : default;
    }

    private ValueEnd Ends(ReadOnlySpan<byte> rest, byte[] tag, byte[][] followers, bool isLast) =>
        new(Follows(rest[tag.Length..], followers, isLast), 0, IsRepair: true);

    /// <summary>Whether the end of the answer or one of the tags comes next, after white space.</summary>
    private Fit Follows(ReadOnlySpan<byte> rest, byte[][] tags, bool isLast)
    {
        var space = Window.SpaceAt(rest);
        if (space > Window.MaxSpace) return Fit.No;
        rest = rest[space..];
        if (rest.IsEmpty) return isLast ? Fit.Yes : Fit.Partial;
        var partial = false;
        foreach (var tag in tags)
        {
            var fit = Window.Fits(rest, tag, isLast);
            if (fit == Fit.Yes) return fit;
            partial |= fit == Fit.Partial;
        }
        foreach (var token in grammar.EndTokens)
        {
            var fit = Window.Fits(rest, token, isLast);
            if (fit == Fit.Yes) return fit;
            partial |= fit == Fit.Partial;
        }
        return partial ? Fit.Partial : Fit.No;
    }

    /// <summary>Whether the value, its call and its block end here, and the answer with them.</summary>
    private Fit ClosesEverything(ReadOnlySpan<byte> rest, bool isLast)
    {
        rest = rest[grammar.ParameterClose.Length..];
        foreach (var tag in Tags(grammar.CallClose, grammar.BlockClose))
        {
            var space = Window.SpaceAt(rest);
            if (space > Window.MaxSpace) return Fit.No;
            rest = rest[space..];
            if (rest.IsEmpty) return isLast ? Fit.Yes : Fit.Partial;
            var fit = Window.Fits(rest, tag, isLast);
            if (fit != Fit.Yes) return fit;
            rest = rest[tag.Length..];
        }
        return Follows(rest, [], isLast);
    }

    private static byte[][] Tags(params byte[][] tags) => [.. tags.Where(tag => tag.Length > 0)];
}
