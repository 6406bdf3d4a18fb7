using System.Text;
using Causeway.Wire.Dialects.JsonCalls;

namespace Causeway.Wire.Dialects.Harmony;

/// <summary>
/// Reads the messages of gpt-oss: analysis is reasoning, a message to a function is a call, everything else is content. A header that
/// cannot be read is text; one that only repeats itself is read.
/// </summary>
internal sealed class HarmonyReader(ToolTable tools, CallOutput output) : CallReader
{
    private static readonly byte[] s_start = "<|start|>"u8.ToArray();
    private static readonly byte[] s_channel = "<|channel|>"u8.ToArray();
    private static readonly byte[] s_recipient = "to=functions."u8.ToArray();
    private static readonly byte[][] s_ends = ["<|end|>"u8.ToArray(), "<|call|>"u8.ToArray(), "<|return|>"u8.ToArray()];

    private readonly ArgumentsReader _arguments = new(output);
    private State _state = State.Done;

    private enum State
    {
        Done,
        Content,
        Reasoning,
        Arguments,
        /// <summary>Behind the JSON of a call.</summary>
        AfterArguments,
    }

    public static IReadOnlyList<byte[]> EndTokens => s_ends;

    public override IReadOnlyList<byte[]> Openers { get; } = [s_start, s_channel, s_recipient];

    public override bool IsDone => _state == State.Done;

    public override Fit TryBegin(ReadOnlySpan<byte> bytes, Surroundings around, bool isLast, out int consumed)
    {
        // A recipient before the channel follows the prompt's own header, so it can only come first.
        var isRecipient = bytes[0] == s_recipient[0];
        consumed = 0;
        return isRecipient && !around.IsStart ? Fit.No : TryBegin(bytes, isLast, out consumed);
    }

    public override bool Step(ref Window window) => _state switch
    {
        State.Arguments => ReadArguments(ref window),
        State.AfterArguments => ReadAfterArguments(ref window),
        _ => ReadText(ref window),
    };

    public override void Finish(bool isCut)
    {
        if (_state is State.Arguments or State.AfterArguments)
        {
            var isOver = _arguments.IsDone;
            _arguments.Finish(isCut);
            output.End(isOver || !isCut);
        }
        Leave();
    }

    private Fit TryBegin(ReadOnlySpan<byte> bytes, bool isLast, out int consumed)
    {
        consumed = 0;
        var fit = HarmonyHeader.Read(bytes, isLast, out var header);
        if (fit != Fit.Yes) return fit;
        consumed = header.Length;
        if (header.IsBroken) output.Note(DialectRepairs.Spelling);
        if (header.Function.IsEmpty)
        {
            _state = header.IsAnalysis ? State.Reasoning : State.Content;
            return fit;
        }
        output.Begin(header.Function, default, tools.Has(Encoding.UTF8.GetString(header.Function)));
        _arguments.Begin();
        _state = State.Arguments;
        return fit;
    }

    private bool ReadArguments(ref Window window)
    {
        if (!_arguments.Read(ref window)) return false;
        _state = State.AfterArguments;
        return true;
    }

    private bool ReadAfterArguments(ref Window window)
    {
        window.At += Window.SpaceAt(window.Rest);
        if (window.Rest.IsEmpty) return false;
        var fit = FitsEnd(ref window, 0);
        if (fit == Fit.Partial) return false;
        // What follows without a tag is text of a message that was never begun.
        if (fit == Fit.No) output.Note(DialectRepairs.MissingClose);
        output.End(isComplete: true);
        Leave();
        return true;
    }

    private bool ReadText(ref Window window)
    {
        output.InReasoning = _state == State.Reasoning;
        var bytes = window.Rest;
        for (var scan = 0; ;)
        {
            var next = bytes[scan..].IndexOf("<|"u8);
            if (next < 0) return Pass(ref window, bytes.Length - (window.IsLast ? 0 : bytes.EndsWith((byte)'<') ? 1 : Window.CutCharacter(bytes)));
            var at = scan + next;
            var mayEnd = MayEnd(bytes[at..], window.IsLast);
            if (mayEnd && at > 0) return Pass(ref window, at) || true;
            var fit = mayEnd ? EndText(ref window) : Fit.No;
            if (fit != Fit.No) return fit == Fit.Yes;
            scan = at + 2;
        }
    }

    private static bool MayEnd(ReadOnlySpan<byte> bytes, bool isLast)
    {
        foreach (var tag in (ReadOnlySpan<byte[]>)[s_start, s_channel, .. s_ends])
            if (Window.Fits(bytes, tag, isLast) != Fit.No) return true;
        return false;
    }

    /// <summary>At a tag that ends the message, or at the header of the next one.</summary>
    private Fit EndText(ref Window window)
    {
        var fit = FitsEnd(ref window, 0);
        if (fit == Fit.Yes) Leave();
        if (fit != Fit.No) return fit;
        var before = _state;
        fit = HarmonyHeader.Read(window.Rest, window.IsLast, out _);
        if (fit != Fit.Yes) return fit;
        if (before != State.Done) output.Note(DialectRepairs.MissingClose);
        Leave();
        return fit;
    }

    private static Fit FitsEnd(ref Window window, int at)
    {
        var partial = false;
        foreach (var end in s_ends)
        {
            var fit = Window.Fits(window.Rest[at..], end, window.IsLast);
            partial |= fit == Fit.Partial;
            if (fit != Fit.Yes) continue;
            window.At += at + end.Length;
            return fit;
        }
        return partial ? Fit.Partial : Fit.No;
    }

    private bool Pass(ref Window window, int length)
    {
        output.Prose(window.Rest[..length]);
        window.At += length;
        return false;
    }

    private void Leave()
    {
        output.InReasoning = false;
        _state = State.Done;
    }
}
