using System.Text;
using Causeway.Wire.Json;

namespace Causeway.Wire.Dialects.JsonCalls;

/// <summary>
/// Reads calls whose arguments are JSON. A call is begun when its name is known and its arguments are reached; they go out as they
/// come, mended where they are broken, and end where the JSON ends, whatever tags are within its strings.
/// </summary>
internal sealed class JsonCallReader(JsonCallGrammar grammar, ToolTable tools, CallOutput output, int maxHeld) : CallReader
{
    private readonly CallObject _object = new(maxHeld);
    private readonly ArgumentsReader _arguments = new(output);
    private State _state = State.Done;
    private int _scanFrom = -1;
    private int _open;
    private int _depth;
    private byte _quote;
    private bool _isEscaped;
    private bool _inArray;
    private bool _isClosed;
    private int _lastClose;

    private enum State
    {
        Done,
        Arguments,
        /// <summary>Behind the arguments, within their object.</summary>
        Rest,
        /// <summary>In a member behind the arguments.</summary>
        Member,
        Between,
    }

    public override IReadOnlyList<byte[]> Openers { get; } = grammar.AllowsBareStart ? [.. grammar.Opens, "{"u8.ToArray()] : grammar.Opens;

    public override bool IsDone => _state == State.Done;

    public override void Forget() => _scanFrom = -1;

    public override Fit TryBegin(ReadOnlySpan<byte> bytes, Surroundings around, bool isLast, out int consumed)
    {
        consumed = 0;
        if (grammar.CanBeQuoted && around.InFence) return Fit.No;
        var isBare = grammar.AllowsBareStart && bytes[0] == '{';
        if (isBare && !around.IsStart) return Fit.No;
        var at = 0;
        var opened = isBare ? Fit.Yes : FitsOpen(bytes, isLast, out at);
        if (opened != Fit.Yes) return opened;
        var needsKnown = isBare || around.InReasoning;
        if (around.InReasoning && (!around.IsLineStart || around.InFence)) return Fit.No;
        (_inArray, _isClosed, _lastClose) = (false, false, -1);
        at += Math.Min(Window.SpaceAt(bytes[at..]), Window.MaxSpace);
        if (at == bytes.Length) return isLast ? Fit.No : Fit.Partial;
        if (grammar.Header == CallHeader.NumberedName) return BeginNumbered(bytes, at, needsKnown, isLast, out consumed);
        if (grammar.Header == CallHeader.PlainName && bytes[at] is not ((byte)'[' or (byte)'{')) return BeginPlain(bytes, at, needsKnown, isLast, out consumed);
        _inArray = bytes[at] == '[' && !isBare;
        if (_inArray) at++;
        at += Math.Min(Window.SpaceAt(bytes[at..]), Window.MaxSpace);
        return BeginObject(bytes, at, needsKnown, isBare, isLast, out consumed);
    }

    public override bool Step(ref Window window)
    {
        switch (_state)
        {
            case State.Arguments:
                if (!_arguments.Read(ref window)) return false;
                _state = State.Rest;
                return true;
            case State.Rest: return ReadRest(ref window);
            case State.Member: return SkipMember(ref window);
            default: return ReadBetween(ref window);
        }
    }

    public override void Finish(bool isCut)
    {
        if (_state == State.Done) return;
        if (_state != State.Between)
        {
            var isOver = _arguments.IsDone;
            _arguments.Finish(isCut);
            output.End(isOver || !isCut);
        }
        if (!isCut && (_state != State.Between || _inArray || MissesClose)) output.Note(DialectRepairs.MissingClose);
        _state = State.Done;
    }

    private bool MissesClose => grammar.Closes.Count > 0 && !_isClosed;

    private Fit FitsOpen(ReadOnlySpan<byte> bytes, bool isLast, out int length)
    {
        length = 0;
        var partial = false;
        foreach (var open in grammar.Opens)
        {
            var fit = Window.Fits(bytes, open, isLast);
            partial |= fit == Fit.Partial;
            if (fit != Fit.Yes) continue;
            // Kimi's call tag is a part of the header; what opens the section is not.
            length = open == JsonCallGrammars.KimiCall ? 0 : open.Length;
            return fit;
        }
        return partial ? Fit.Partial : Fit.No;
    }

    private Fit BeginNumbered(ReadOnlySpan<byte> bytes, int at, bool needsKnown, bool isLast, out int consumed)
    {
        consumed = 0;
        var isSection = at > 0;
        // The vendor says that text between the section's tag and the first call's is noise.
        var noise = isSection ? bytes[at..].IndexOf((byte)'<') : 0;
        if (noise < 0) return bytes.Length - at > Window.MaxSpace || isLast ? Fit.No : Fit.Partial;
        if (noise > Window.MaxSpace) return Fit.No;
        at += noise;
        var fit = CallHeaders.ReadNumbered(bytes[at..], isLast, out var header);
        if (fit != Fit.Yes) return fit;
        if (!isSection) output.Note(DialectRepairs.MissingOpen);
        if (noise > 0) output.Note(DialectRepairs.StrayTag);
        return BeginWith(header, at, needsKnown, out consumed);
    }

    private Fit BeginPlain(ReadOnlySpan<byte> bytes, int at, bool needsKnown, bool isLast, out int consumed)
    {
        consumed = 0;
        var fit = CallHeaders.ReadPlain(bytes[at..], isLast, out var header);
        return fit == Fit.Yes ? BeginWith(header, at, needsKnown, out consumed) : fit;
    }

    private Fit BeginWith(CallHeaders header, int at, bool needsKnown, out int consumed)
    {
        consumed = at + header.Length;
        return TryBeginCall(header.Name, header.Id, needsKnown) ? BeginArguments(open: 0) : Fit.No;
    }

    private Fit BeginArguments(int open)
    {
        _arguments.Begin();
        _open = open;
        _state = State.Arguments;
        return Fit.Yes;
    }

    private bool TryBeginCall(ReadOnlySpan<byte> name, ReadOnlySpan<byte> id, bool needsKnown)
    {
        var isKnown = tools.Has(Encoding.UTF8.GetString(name));
        if (needsKnown && !isKnown) return false;
        output.Begin(name, id, isKnown);
        _isClosed = false;
        _lastClose = -1;
        return true;
    }

    /// <param name="needsArguments">An object without any is no call.</param>
    private Fit BeginObject(ReadOnlySpan<byte> bytes, int at, bool needsKnown, bool needsArguments, bool isLast, out int consumed)
    {
        consumed = 0;
        if (_scanFrom != at)
        {
            _scanFrom = at;
            _object.Begin();
        }
        var rest = bytes[at..];
        var fit = _object.Read(rest, isLast);
        if (fit != Fit.Yes) return fit;
        var hasNone = !_object.IsAtArguments && _object.Arguments.IsEmpty;
        Span<byte> name = stackalloc byte[_object.Name.Length];
        var length = JsonText.Unescape(_object.Name.In(rest), name);
        if ((needsArguments && hasNone) || !TryBeginCall(name[..length], _object.Id.In(rest), needsKnown)) return Fit.No;
        if (_object.IsSingleQuoted) output.Note(DialectRepairs.MendedJson);
        consumed = at + _object.Length;
        BeginArguments(_object.Open);
        if (_object.IsAtArguments) return fit;
        var early = new Window(_object.Arguments.In(rest), true);
        _arguments.Read(ref early);
        _arguments.Finish(isCut: false);
        _state = State.Rest;
        return fit;
    }

    private bool ReadRest(ref Window window)
    {
        if (_open == 0) return EndCall();
        window.At += Window.SpaceAt(window.Rest);
        if (window.Rest.IsEmpty) return false;
        var b = window.Rest[0];
        if (b is not ((byte)'}' or (byte)','))
        {
            output.Note(DialectRepairs.MissingClose);
            return EndCall();
        }
        window.At++;
        if (b == '}') _open--;
        else (_state, _depth, _quote, _isEscaped) = (State.Member, 0, 0, false);
        return true;
    }

    private bool EndCall()
    {
        output.End(isComplete: true);
        _state = State.Between;
        return true;
    }

    /// <summary>What follows the arguments in their object says nothing that a call could carry.</summary>
    private bool SkipMember(ref Window window)
    {
        for (; window.At < window.Bytes.Length; window.At++)
        {
            var b = window.Bytes[window.At];
            if (_quote != 0)
            {
                if (_isEscaped) _isEscaped = false;
                else if (b == '\\') _isEscaped = true;
                else if (b == _quote) _quote = 0;
                continue;
            }
            if (_depth == 0 && b is (byte)',' or (byte)'}' or (byte)']' or (byte)'<')
            {
                _state = State.Rest;
                return true;
            }
            if (b is (byte)'"' or (byte)'\'') _quote = b;
            else if (b is (byte)'{' or (byte)'[') _depth++;
            else if (b is (byte)'}' or (byte)']') _depth--;
        }
        return false;
    }

    private bool ReadBetween(ref Window window)
    {
        var bytes = window.Rest;
        var space = Window.SpaceAt(bytes);
        if (space > Window.MaxSpace || (space == bytes.Length && window.IsLast)) return Leave();
        if (space == bytes.Length) return false;
        var fit = TakeClose(ref window, space);
        if (fit == Fit.No) fit = TakePunctuation(ref window, space);
        if (fit == Fit.No) fit = TakeNext(ref window, space);
        if (fit != Fit.Partial) _scanFrom = -1;
        return fit == Fit.Yes || (fit == Fit.No && Leave());
    }

    private Fit TakeClose(ref Window window, int space)
    {
        var partial = false;
        for (var i = 0; i < grammar.Closes.Count; i++)
        {
            var fit = Window.Fits(window.Rest[space..], grammar.Closes[i], window.IsLast);
            partial |= fit == Fit.Partial;
            if (fit != Fit.Yes) continue;
            if (_lastClose == i) output.Note(DialectRepairs.StrayTag);
            (_isClosed, _lastClose) = (true, i);
            window.At += space + grammar.Closes[i].Length;
            return fit;
        }
        return partial ? Fit.Partial : Fit.No;
    }

    private Fit TakePunctuation(ref Window window, int space)
    {
        if (_isClosed) return Fit.No;
        var b = window.Rest[space];
        if (b == ']' && _inArray) _inArray = false;
        else if (b == '}') output.Note(DialectRepairs.MendedJson);
        else return Fit.No;
        window.At += space + 1;
        return Fit.Yes;
    }

    /// <summary>Another call of the same block.</summary>
    private Fit TakeNext(ref Window window, int at)
    {
        var bytes = window.Rest;
        var fit = Fit.No;
        var consumed = 0;
        if (grammar.Header == CallHeader.NumberedName)
        {
            fit = CallHeaders.ReadNumbered(bytes[at..], window.IsLast, out var header);
            if (fit == Fit.Yes) fit = BeginWith(header, at, needsKnown: false, out consumed);
        }
        else if (!_isClosed)
        {
            var isSeparated = bytes[at] == (byte)',' ? _inArray : bytes[at] == grammar.Separator;
            if (isSeparated) at++;
            if (isSeparated) at += Math.Min(Window.SpaceAt(bytes[at..]), Window.MaxSpace);
            if (at == bytes.Length) return window.IsLast ? Fit.No : Fit.Partial;
            if (bytes[at] != '{') return Fit.No;
            fit = BeginObject(bytes, at, grammar.AllowsBareStart, grammar.AllowsBareStart, window.IsLast, out consumed);
        }
        if (fit == Fit.Yes) window.At += consumed;
        return fit;
    }

    private bool Leave()
    {
        if (_inArray || MissesClose) output.Note(DialectRepairs.MissingClose);
        _inArray = false;
        _state = State.Done;
        return true;
    }
}
