using System.Collections.Immutable;
using Causeway.Spec.Profiles;
using Causeway.Wire.Dialects;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Finds the tool calls and the reasoning that an upstream left in its text as its model's markup. Calls that the upstream did recognise
/// pass and count too.
/// </summary>
/// <param name="families">Words of the profile; may be empty when only reasoning is looked for.</param>
internal sealed class DialectStage(ImmutableArray<DialectFamily> families, ReasoningFact reasoning, ToolTable tools) : AnswerStage
{
    private readonly DialectEvents _events = new();
    private readonly List<(bool IsFromText, int Given)> _calls = [];
    private DialectParser? _parser;
    private bool _hasOwnReasoning;
    private bool _isFinished;

    public override void Text(ReadOnlySpan<byte> utf8)
    {
        if (_isFinished)
        {
            base.Text(utf8);
            return;
        }
        _parser ??= DialectParser.Create(families.AsSpan(), tools, new DialectOptions { Reasoning = Markup() });
        _events.Clear();
        _parser.Push(utf8, _events);
        PushOn();
    }

    public override void Reasoning(ReadOnlySpan<byte> utf8)
    {
        _hasOwnReasoning = true;
        base.Reasoning(utf8);
    }

    public override void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => base.CallBegin(NumberOf(false, call), id, name);

    public override void Arguments(int call, ReadOnlySpan<byte> json) => base.Arguments(NumberOf(false, call), json);

    public override void CallRest(int call, ReadOnlySpan<byte> members) => base.CallRest(NumberOf(false, call), members);

    public override void OtherCall(int call, ReadOnlySpan<byte> element) => base.OtherCall(NumberOf(false, call), element);

    public override void Finish(ReadOnlySpan<byte> reason)
    {
        Close(reason.SequenceEqual("length"u8) || reason.SequenceEqual("content_filter"u8) ? DialectEnd.Cut : DialectEnd.Stopped);
        base.Finish(reason);
    }

    public override void End(bool isWhole)
    {
        Close(isWhole ? DialectEnd.Stopped : DialectEnd.Cut);
        base.End(isWhole);
    }

    private void Close(DialectEnd end)
    {
        if (_isFinished) return;
        _isFinished = true;
        if (_parser is null) return;
        _events.Clear();
        _parser.Finish(end, _events);
        PushOn();
    }

    private void PushOn()
    {
        foreach (var part in _events)
        {
            switch (part.Kind)
            {
                case DialectEventKind.Text: Next.Text(part.Data); break;
                case DialectEventKind.Reasoning: Next.Reasoning(part.Data); break;
                case DialectEventKind.CallBegin: Next.CallBegin(NumberOf(true, part.CallIndex), part.Id, part.Data); break;
                case DialectEventKind.Arguments: Next.Arguments(NumberOf(true, part.CallIndex), part.Data); break;
            }
        }
    }

    // An upstream that states reasoning by itself does not leave it in the text as well.
    private ReasoningMarkup Markup()
    {
        if (reasoning.Opened && !_hasOwnReasoning) return ReasoningMarkup.OpenedByPrompt;
        return reasoning.Tags || reasoning.Opened ? ReasoningMarkup.Tagged : ReasoningMarkup.None;
    }

    /// <summary>One numbering for both kinds of calls, in the order in which they begin.</summary>
    private int NumberOf(bool isFromText, int given)
    {
        for (var number = _calls.Count - 1; number >= 0; number--)
            if (_calls[number] == (isFromText, given)) return number;
        if (_calls.Count < FrameStage.MaxCalls) _calls.Add((isFromText, given));
        return _calls.Count - 1;
    }
}
