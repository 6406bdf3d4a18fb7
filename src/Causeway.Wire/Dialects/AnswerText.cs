using System.Buffers;

namespace Causeway.Wire.Dialects;

/// <summary>
/// Reads what is not within a call: content and reasoning, and the places where one becomes the other or a call begins. White space
/// directly beside markup belongs to the markup; more of it than <see cref="Window.MaxSpace"/> is text.
/// </summary>
internal sealed class AnswerText
{
    private readonly IReadOnlyList<CallReader> _readers;
    private readonly IReadOnlyList<ReasoningTags> _reasoning;
    private readonly IReadOnlyList<byte[]> _endTokens;
    private readonly CallOutput _output;
    private readonly SearchValues<byte> _candidates;
    private ReasoningTags? _open;
    private Since _since;
    private bool _awaitsClose;
    private bool _isLineStart = true;
    private bool _inLongSpace;
    private bool _inFence;

    /// <param name="readers">What may take over; asked in this order.</param>
    /// <param name="reasoning">The tags around reasoning; none when it is not looked for.</param>
    /// <param name="endTokens">Left out at the end of the answer.</param>
    /// <param name="output">Where everything goes.</param>
    /// <param name="isOpen">The answer begins within its reasoning.</param>
    public AnswerText(IReadOnlyList<CallReader> readers, IReadOnlyList<ReasoningTags> reasoning, IReadOnlyList<byte[]> endTokens, CallOutput output, bool isOpen)
    {
        (_readers, _reasoning, _endTokens, _output) = (readers, reasoning, endTokens, output);
        output.InReasoning = isOpen;
        var openers = readers.SelectMany(reader => reader.Openers).ToList();
        var tags = openers.Concat(reasoning.SelectMany(tags => new[] { tags.Open, tags.Close })).Concat(endTokens).Select(tag => tag[0]);
        _candidates = SearchValues.Create([.. openers.Count > 0 ? tags.Append((byte)'`').Distinct() : tags.Distinct()]);
    }

    /// <summary>What there was since the last markup, white space aside.</summary>
    private enum Since
    {
        Start,
        ReasoningTag,
        Call,
        Text,
    }

    /// <summary>The reader of a call that has just begun, else null.</summary>
    public CallReader? Call { get; private set; }

    /// <summary>A call's block is over; this goes on behind it.</summary>
    public void AfterCall()
    {
        Call = null;
        After(Since.Call);
    }

    /// <summary>False when the rest of the window does not suffice.</summary>
    public bool Step(ref Window window)
    {
        var bytes = window.Rest;
        var scan = 0;
        while (true)
        {
            var next = bytes[scan..].IndexOfAny(_candidates);
            if (next < 0) return PassLast(ref window);
            var at = scan + next;
            if (bytes[at] == '`' && IsFence(bytes, at, window.IsLast, out var fence))
            {
                if (fence == Fit.Partial) return Pass(ref window, at);
                _inFence = !_inFence;
                scan = at + 3;
                continue;
            }
            var fit = MayBeMarkup(bytes[at..], window.IsLast) ? Fit.Yes : Fit.No;
            // What stands before goes out first: events keep the order of the text.
            if (fit == Fit.Yes && EndOfText(bytes[..at]) > 0) return Pass(ref window, at) || true;
            if (fit == Fit.Yes) fit = TakeMarkup(ref window, at);
            if (fit != Fit.No) return fit == Fit.Yes;
            scan = at + 1;
        }
    }

    private bool MayBeMarkup(ReadOnlySpan<byte> bytes, bool isLast)
    {
        foreach (var reader in _readers)
            if (AnyFits(bytes, reader.Openers, isLast)) return true;
        foreach (var tags in _reasoning)
            if (Window.Fits(bytes, tags.Open, isLast) != Fit.No || Window.Fits(bytes, tags.Close, isLast) != Fit.No) return true;
        return AnyFits(bytes, _endTokens, isLast);
    }

    private static bool AnyFits(ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]> markers, bool isLast)
    {
        for (var i = 0; i < markers.Count; i++)
            if (Window.Fits(bytes, markers[i], isLast) != Fit.No) return true;
        return false;
    }

    /// <summary>Judges what is at <paramref name="at"/> behind nothing but white space; on yes the window is behind it.</summary>
    private Fit TakeMarkup(ref Window window, int at)
    {
        var bytes = window.Rest[at..];
        var end = TakeEndToken(bytes, window.IsLast, out var length);
        var tag = end == Fit.Yes ? Fit.No : TakeReasoningTag(bytes, window.IsLast, out length);
        var call = end == Fit.Yes || tag == Fit.Yes ? Fit.No : TakeCall(window.Rest, at, window.IsLast, out length);
        if (end == Fit.Yes || tag == Fit.Yes || call == Fit.Yes)
        {
            window.At += at + length;
            return Fit.Yes;
        }
        return end == Fit.Partial || tag == Fit.Partial || call == Fit.Partial ? Fit.Partial : Fit.No;
    }

    private Fit TakeEndToken(ReadOnlySpan<byte> bytes, bool isLast, out int length)
    {
        var partial = false;
        foreach (var token in _endTokens)
        {
            var fit = Window.Fits(bytes, token, isLast);
            partial |= fit == Fit.Partial;
            if (fit != Fit.Yes) continue;
            length = token.Length + Window.SpaceAt(bytes[token.Length..]);
            if (length == bytes.Length && length - token.Length <= Window.MaxSpace)
            {
                if (isLast) After(_since == Since.Text ? Since.Call : _since);
                return isLast ? Fit.Yes : Fit.Partial;
            }
        }
        length = 0;
        return partial ? Fit.Partial : Fit.No;
    }

    private Fit TakeReasoningTag(ReadOnlySpan<byte> bytes, bool isLast, out int length)
    {
        length = 0;
        var partial = false;
        foreach (var tags in _reasoning)
        {
            var open = MayOpen ? Window.Fits(bytes, tags.Open, isLast) : Fit.No;
            var close = MayClose(tags) ? Window.Fits(bytes, tags.Close, isLast) : Fit.No;
            partial |= open == Fit.Partial || close == Fit.Partial;
            if (open != Fit.Yes && close != Fit.Yes) continue;
            length = open == Fit.Yes ? tags.Open.Length : tags.Close.Length;
            if (open == Fit.Yes) OpenReasoning(tags);
            else CloseReasoning();
            return Fit.Yes;
        }
        return partial ? Fit.Partial : Fit.No;
    }

    // A tag that is only mentioned stands in the middle of text.
    private bool MayOpen => _since != Since.Text;

    private bool MayClose(ReasoningTags tags) => _output.InReasoning ? _open is null || _open == tags : _since != Since.Text || _awaitsClose;

    private void OpenReasoning(ReasoningTags tags)
    {
        if (_output.InReasoning && _since != Since.Start) _output.Note(DialectRepairs.StrayTag);
        _open = tags;
        _output.InReasoning = true;
        After(Since.ReasoningTag);
    }

    private void CloseReasoning()
    {
        if (!_output.InReasoning && !_awaitsClose) _output.Note(DialectRepairs.StrayTag);
        _open = null;
        _awaitsClose = false;
        _output.InReasoning = false;
        After(Since.ReasoningTag);
    }

    private Fit TakeCall(ReadOnlySpan<byte> bytes, int at, bool isLast, out int length)
    {
        length = 0;
        var around = new Surroundings(IsLineStart(bytes[..at]), _since == Since.Start, _inFence, _output.InReasoning);
        var partial = false;
        foreach (var reader in _readers)
        {
            if (!AnyFits(bytes[at..], reader.Openers, isLast)) continue;
            var fit = reader.TryBegin(bytes[at..], around, isLast, out length);
            partial |= fit == Fit.Partial;
            if (fit != Fit.Yes) continue;
            if (around.InReasoning) _output.Note(DialectRepairs.CallInReasoning);
            _awaitsClose |= around.InReasoning;
            _open = null;
            _output.InReasoning = false;
            Call = reader;
            Forget();
            return fit;
        }
        if (!partial) Forget();
        return partial ? Fit.Partial : Fit.No;
    }

    private void Forget()
    {
        foreach (var reader in _readers) reader.Forget();
    }

    private bool IsFence(ReadOnlySpan<byte> bytes, int at, bool isLast, out Fit fit)
    {
        fit = IsLineStart(bytes[..at]) ? Window.Fits(bytes[at..], "```"u8, isLast) : Fit.No;
        return fit != Fit.No;
    }

    private bool IsLineStart(ReadOnlySpan<byte> before)
    {
        var last = before.LastIndexOfAnyExcept((byte)' ', (byte)'\t');
        return last < 0 ? _isLineStart : before[last] is (byte)'\n' or (byte)'\r';
    }

    private void After(Since markup)
    {
        _since = markup;
        _isLineStart = true;
        _inLongSpace = _inFence = false;
    }

    /// <summary>Nothing in the window can be markup.</summary>
    private bool PassLast(ref Window window)
    {
        if (!window.IsLast) return Pass(ref window, window.Rest.Length);
        // Between markup and the end of the answer, white space is no text.
        if (_since is Since.Start or Since.Text || EndOfText(window.Rest) > 0) Emit(window.Rest);
        window.At = window.Bytes.Length;
        return false;
    }

    /// <summary>Sends what is surely text among the first <paramref name="end"/> bytes. False, for a step that needs more.</summary>
    private bool Pass(ref Window window, int end)
    {
        var text = window.Rest[..end];
        var sure = EndOfText(text);
        if (sure == end && end == window.Rest.Length) sure -= Window.CutCharacter(text);
        Emit(text[..sure]);
        window.At += sure;
        return false;
    }

    /// <summary>Where the white space begins that may turn out to be markup's.</summary>
    private int EndOfText(ReadOnlySpan<byte> text)
    {
        var end = Window.EndBeforeSpace(text);
        return text.Length - end > Window.MaxSpace || (end == 0 && _inLongSpace) ? text.Length : end;
    }

    private void Emit(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        _inLongSpace = Window.IsSpace(text[^1]);
        var line = text.LastIndexOfAnyExcept((byte)' ', (byte)'\t');
        if (line >= 0) _isLineStart = text[line] is (byte)'\n' or (byte)'\r';
        if (_since == Since.ReasoningTag && Window.SpaceAt(text) is var space and <= Window.MaxSpace) text = text[space..];
        _since = Since.Text;
        _output.Prose(text);
    }
}
