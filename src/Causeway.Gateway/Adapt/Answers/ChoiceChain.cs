using Causeway.Wire.Answers;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// The edits of one choice: takes deltas, or a whole message, gives parts. One per choice of an answer; used by one exchange at a time.
/// </summary>
internal sealed class ChoiceChain
{
    private readonly AnswerParts _in = new();
    private readonly AnswerStage _first;
    private readonly FrameStage _frame;
    private readonly StopStage? _stop;
    private readonly HashSet<int> _begun = [];
    private bool _isOdd;

    /// <param name="stages">In their order, without the frame.</param>
    public ChoiceChain(IEnumerable<AnswerStage> stages, FrameStage frame)
    {
        Out = new AnswerParts { AsFunctionCall = frame.AsFunctionCall };
        AnswerStage[] all = [.. stages, frame, Out];
        for (var i = 0; i + 1 < all.Length; i++) all[i].Next = all[i + 1];
        _first = all[0];
        _frame = frame;
        _stop = all.OfType<StopStage>().FirstOrDefault();
    }

    /// <summary>What came out of the last <see cref="Take"/> or <see cref="End"/>.</summary>
    public AnswerParts Out { get; }

    /// <summary>A finish reason has gone out.</summary>
    public bool IsFinished => _frame.IsFinished;

    /// <summary>The gateway ended the choice; what the upstream still says is not wanted.</summary>
    public bool IsCut => _stop is { IsCut: true };

    /// <summary>The role has gone out.</summary>
    public bool HasRole { get; set; }

    /// <summary>The texts that came in so far, for counting.</summary>
    public TextCount Count { get; } = new();

    /// <summary>Edits one delta or message. False when what came out is what the bytes say already.</summary>
    /// <param name="json">The bytes that <paramref name="frame"/> was read from.</param>
    /// <param name="scratch">For texts without their escapes.</param>
    public bool Take(AnswerFrame frame, in ChoiceFrame choice, ReadOnlySpan<byte> json, RentedBuffer scratch)
    {
        _in.Clear();
        Out.Clear();
        var isOdd = choice.ReasoningIsShort && choice.Reasoning.IsPresent;
        if (choice.Reasoning.IsPresent) _in.Reasoning(Plain(choice.Reasoning, json, scratch));
        if (choice.Content.IsPresent) _in.Text(Plain(choice.Content, json, scratch));
        foreach (ref readonly var call in frame.Calls(choice)) isOdd |= TakeCall(frame, call, json, scratch);
        if (choice.FinishReason.IsPresent)
        {
            var reason = Plain(choice.FinishReason, json, scratch);
            if (reason.IsEmpty) isOdd = true;
            else _in.Finish(reason);
        }
        Count.Add(_in);
        _in.Replay(_first);
        _isOdd = isOdd;
        return IsChanged;
    }

    /// <summary>What is in <see cref="Out"/> is not what the last bytes taken say.</summary>
    public bool IsChanged => _isOdd || (Out.AsFunctionCall && Out.SpeaksOfCalls) || !Out.SameAs(_in);

    /// <summary>Nothing more comes: adds to <see cref="Out"/> what was still held back.</summary>
    public void End(bool isWhole) => _first.End(isWhole);

    private bool TakeCall(AnswerFrame frame, in CallFrame call, ReadOnlySpan<byte> json, RentedBuffer scratch)
    {
        if (!call.IsFunction && call.Rest.Count > 0)
        {
            _in.OtherCall(call.Index, call.Element.In(json));
            return false;
        }
        var isNamed = call.Id.Inside.Length > 0 || call.Name.Inside.Length > 0;
        var begins = isNamed && _begun.Count < FrameStage.MaxCalls && _begun.Add(call.Index);
        if (begins)
        {
            var id = Plain(call.Id, json, scratch).ToArray();
            _in.CallBegin(call.Index, id, Plain(call.Name, json, scratch));
        }
        scratch.Clear();
        if (AnswerFrame.WriteMembers(frame.Members(call.Rest), json, scratch)) _in.CallRest(call.Index, scratch.Span);
        _in.Arguments(call.Index, call.ArgumentsJson.IsEmpty ? Plain(call.Arguments, json, scratch) : call.ArgumentsJson.In(json));
        // An SDK that joins deltas would join a repeated id or name to itself.
        return (isNamed && !begins) || (begins && !call.HasType) || !call.ArgumentsJson.IsEmpty;
    }

    private static ReadOnlySpan<byte> Plain(FrameText text, ReadOnlySpan<byte> json, RentedBuffer scratch)
    {
        if (!text.IsPresent) return default;
        var raw = text.Inside.In(json);
        if (!raw.Contains((byte)'\\')) return raw;
        scratch.Clear();
        PlainText.WritePlain(raw, scratch);
        return scratch.Span;
    }
}
