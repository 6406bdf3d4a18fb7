using System.Text;
using Causeway.Wire.Dialects.JsonCalls;

namespace Causeway.Wire.Dialects.Tags;

/// <summary>
/// Reads calls whose parameters are elements. A call is begun when its name is known; from then on everything is a part of it, or
/// text that stood inside it, and nothing is ever taken back.
/// </summary>
internal sealed class TagCallReader(TagGrammar grammar, ToolTable tools, CallOutput output, int maxHeld) : CallReader
{
    private const int MaxSeen = 256;

    private readonly ValueWriter _value = new(output, maxHeld, grammar.InfersUntyped);
    private readonly ArgumentsReader _json = new(output);
    private readonly ValueEnds _ends = new(grammar);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private ToolParameters? _tool;
    private State _state = State.Done;
    private bool _inBlock;
    private bool _atValueStart;
    private bool _passesText;
    private bool _hasJson;

    private enum State
    {
        Done,
        /// <summary>In a call, outside of its values.</summary>
        Body,
        Value,
        /// <summary>In JSON that stands where parameters should.</summary>
        Json,
        /// <summary>After a call, where more calls or closing tags may follow.</summary>
        Between,
    }

    public override IReadOnlyList<byte[]> Openers { get; } =
        grammar.BlockOpen.Length == 0 ? [grammar.CallOpen] : grammar.AllowsBareCalls ? [grammar.BlockOpen, grammar.CallOpen] : [grammar.BlockOpen];

    public override bool IsDone => _state == State.Done;

    public override Fit TryBegin(ReadOnlySpan<byte> bytes, Surroundings around, bool isLast, out int consumed)
    {
        consumed = 0;
        if (grammar.CanBeQuoted && around.InFence) return Fit.No;
        var fit = FindCall(bytes, isLast, out var head, out consumed, out var isBare);
        if (fit != Fit.Yes) return fit;
        if (grammar.CanBeQuoted && (isBare || around.InReasoning))
        {
            // Nothing but its place and its name tells a call from an example of one.
            if (!around.IsLineStart || !tools.Has(Encoding.UTF8.GetString(head.Name))) return Fit.No;
        }
        _inBlock = grammar.BlockOpen.Length > 0 && !isBare;
        if (isBare) output.Note(DialectRepairs.MissingOpen);
        if (grammar.IsMisspelled) output.Note(DialectRepairs.Spelling);
        BeginCall(head);
        return Fit.Yes;
    }

    public override bool Step(ref Window window) => _state switch
    {
        State.Value => ReadValue(ref window),
        State.Json => ReadJson(ref window),
        State.Body => ReadBody(ref window),
        _ => ReadBetween(ref window),
    };

    public override void Finish(bool isCut)
    {
        if (_state is State.Body or State.Value or State.Json)
        {
            if (!isCut) output.Note(DialectRepairs.MissingClose);
            if (_state == State.Value && isCut) _value.Cut();
            else if (_state == State.Value) _value.End();
            if (_state == State.Json) _json.Finish(isCut);
            EndCall(!isCut);
        }
        if (_inBlock && !isCut) output.Note(DialectRepairs.MissingClose);
        _state = State.Done;
    }

    private Fit FindCall(ReadOnlySpan<byte> bytes, bool isLast, out TagHead head, out int consumed, out bool isBare)
    {
        head = default;
        consumed = 0;
        isBare = false;
        if (grammar.BlockOpen.Length > 0)
        {
            var fit = Window.Fits(bytes, grammar.BlockOpen, isLast);
            if (fit == Fit.Partial) return fit;
            isBare = fit == Fit.No;
            if (isBare && !grammar.AllowsBareCalls) return Fit.No;
            if (!isBare) consumed = grammar.BlockOpen.Length;
            if (!isBare) consumed += Math.Min(Window.SpaceAt(bytes[consumed..]), Window.MaxSpace);
        }
        var found = TagHead.ReadCall(grammar, bytes[consumed..], isLast, out head);
        consumed += head.Length;
        return found;
    }

    private void BeginCall(TagHead head)
    {
        var name = Encoding.UTF8.GetString(head.Name);
        _tool = tools.Find(name);
        _seen.Clear();
        _passesText = _hasJson = false;
        _state = State.Body;
        output.Begin(head.Name, default, _tool is not null);
    }

    private void EndCall(bool isComplete)
    {
        if (isComplete && !_hasJson) output.Raw(_seen.Count == 0 ? "{}"u8 : "}"u8);
        output.End(isComplete);
        _state = State.Between;
    }

    private bool ReadBody(ref Window window)
    {
        // White space between tags is markup; within text it is text.
        if (!_passesText) window.At += Window.SpaceAt(window.Rest);
        var bytes = window.Rest;
        if (bytes.IsEmpty) return false;
        if (bytes[0] == '{' && !_passesText && !_hasJson && _seen.Count == 0) return BeginJson();
        if (bytes[0] != '<') return PassText(ref window, 0);
        var fit = TagHead.ReadParameter(grammar, bytes, window.IsLast, out var head);
        if (fit == Fit.Yes && _hasJson) return PassText(ref window, 1);
        if (fit == Fit.Yes)
        {
            BeginValue(head);
            window.At += head.Length;
            return true;
        }
        var needsMore = fit == Fit.Partial;
        fit = Window.Fits(bytes, grammar.CallClose, window.IsLast);
        if (fit == Fit.Yes)
        {
            window.At += grammar.CallClose.Length;
            EndCall(isComplete: true);
            return true;
        }
        needsMore |= fit == Fit.Partial;
        fit = FitsNextCall(bytes, window.IsLast);
        if (fit == Fit.Yes)
        {
            output.Note(DialectRepairs.MissingClose);
            EndCall(isComplete: true);
            return true;
        }
        needsMore |= fit == Fit.Partial;
        if (!TrySkipStray(ref window, grammar.ParameterClose, ref needsMore)) return !needsMore && PassText(ref window, 1);
        return true;
    }

    /// <summary>The block's close, or another call: this one was not closed.</summary>
    private Fit FitsNextCall(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var close = grammar.BlockClose.Length > 0 ? Window.Fits(bytes, grammar.BlockClose, isLast) : Fit.No;
        if (close != Fit.No) return close;
        var next = FindCall(bytes, isLast, out _, out _, out _);
        return next != Fit.No || !_inBlock ? next : TagHead.ReadCall(grammar, bytes, isLast, out _);
    }

    private bool TrySkipStray(ref Window window, byte[] tag, ref bool needsMore)
    {
        var fit = tag.Length == 0 ? Fit.No : Window.Fits(window.Rest, tag, window.IsLast);
        needsMore |= fit == Fit.Partial;
        if (fit != Fit.Yes) return false;
        output.Note(DialectRepairs.StrayTag);
        window.At += tag.Length;
        return true;
    }

    /// <summary>Text inside a call goes to the content, up to what may be the next tag.</summary>
    private bool PassText(ref Window window, int atLeast)
    {
        var bytes = window.Rest;
        var end = bytes[atLeast..].IndexOf((byte)'<');
        end = end < 0 ? bytes.Length : end + atLeast;
        if (end == bytes.Length && !window.IsLast) end -= Window.CutCharacter(bytes);
        if (end == 0) return false;
        _passesText = true;
        output.Note(DialectRepairs.TextInCall);
        output.Prose(bytes[..end]);
        window.At += end;
        return true;
    }

    private bool BeginJson()
    {
        output.Note(DialectRepairs.Spelling);
        _json.Begin();
        _hasJson = true;
        _state = State.Json;
        return true;
    }

    private bool ReadJson(ref Window window)
    {
        if (!_json.Read(ref window)) return false;
        _state = State.Body;
        return true;
    }

    private void BeginValue(TagHead head)
    {
        var name = Encoding.UTF8.GetString(head.Name);
        output.Raw(_seen.Count == 0 ? "{\""u8 : ",\""u8);
        output.Escaped(head.Name);
        output.Raw("\":"u8);
        if (head.IsBroken) output.Note(DialectRepairs.MissingOpen);
        if (_seen.Contains(name)) output.Note(DialectRepairs.RepeatedParameter);
        else if (_seen.Count < MaxSeen) _seen.Add(name);
        _value.Begin(_tool?.TypesOf(name) ?? JsonTypes.None, head.IsString);
        _ends.Begin(_tool, _seen);
        _atValueStart = grammar.TrimsLineEnds;
        _passesText = false;
        _state = State.Value;
    }

    private bool ReadValue(ref Window window)
    {
        if (_atValueStart && !SkipLineEnd(ref window)) return false;
        var bytes = window.Rest;
        var scan = 0;
        while (true)
        {
            var next = bytes[scan..].IndexOf((byte)'<');
            if (next < 0) return TakeValue(ref window, bytes.Length - (window.IsLast ? 0 : HeldTail(bytes)));
            var at = scan + next;
            var end = _ends.At(bytes, at, window.IsLast);
            if (end.Fit == Fit.Partial) return TakeValue(ref window, BeforeLineEnd(bytes[..at]));
            if (end.Fit == Fit.No)
            {
                scan = at + 1;
                continue;
            }
            _value.Append(bytes[..BeforeLineEnd(bytes[..at])]);
            window.At += at + end.Length;
            if (end.IsRepair) output.Note(DialectRepairs.MissingClose);
            _value.End();
            _state = State.Body;
            return true;
        }
    }

    private bool TakeValue(ref Window window, int length)
    {
        _value.Append(window.Rest[..length]);
        window.At += length;
        return false;
    }

    private bool SkipLineEnd(ref Window window)
    {
        var fit = Window.Fits(window.Rest, "\r\n"u8, window.IsLast);
        if (fit == Fit.Partial) return false;
        if (fit == Fit.Yes) window.At += 2;
        else if (window.Rest.StartsWith((byte)'\n')) window.At++;
        _atValueStart = false;
        return true;
    }

    private int HeldTail(ReadOnlySpan<byte> bytes)
    {
        var line = bytes.Length - BeforeLineEnd(bytes);
        if (line == 0 && grammar.TrimsLineEnds && bytes.EndsWith((byte)'\r')) line = 1;
        return line > 0 ? line : Window.CutCharacter(bytes);
    }

    private int BeforeLineEnd(ReadOnlySpan<byte> bytes)
    {
        if (!grammar.TrimsLineEnds || !bytes.EndsWith((byte)'\n')) return bytes.Length;
        return bytes.EndsWith("\r\n"u8) ? bytes.Length - 2 : bytes.Length - 1;
    }

    private bool ReadBetween(ref Window window)
    {
        var bytes = window.Rest;
        var space = Window.SpaceAt(bytes);
        if (space > Window.MaxSpace || (space == bytes.Length && window.IsLast)) return Leave();
        if (space == bytes.Length) return false;
        var tag = new Window(bytes[space..], window.IsLast);
        var more = false;
        var closes = _inBlock ? Window.Fits(tag.Rest, grammar.BlockClose, window.IsLast) : Fit.No;
        if (closes == Fit.Yes)
        {
            _inBlock = false;
            window.At += space + grammar.BlockClose.Length;
            return true;
        }
        if (_inBlock && TryBeginNext(ref tag, ref more)
            || TrySkipStray(ref tag, grammar.CallClose, ref more) || TrySkipStray(ref tag, grammar.ParameterClose, ref more)
            || TrySkipStray(ref tag, grammar.BlockClose, ref more))
        {
            window.At += space + tag.At;
            return true;
        }
        return !more && closes == Fit.No && Leave();
    }

    private bool TryBeginNext(ref Window window, ref bool needsMore)
    {
        var fit = TagHead.ReadCall(grammar, window.Rest, window.IsLast, out var head);
        needsMore |= fit == Fit.Partial;
        if (fit != Fit.Yes) return false;
        window.At += head.Length;
        BeginCall(head);
        return true;
    }

    private bool Leave()
    {
        if (_inBlock) output.Note(DialectRepairs.MissingClose);
        _inBlock = false;
        _state = State.Done;
        return true;
    }
}
