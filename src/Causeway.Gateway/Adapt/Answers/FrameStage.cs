using System.Text;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Last in the chain: what goes out is framed as OpenAI frames it. Calls are numbered from 0 without gaps, have an id and at least
/// <c>{}</c> as arguments; the finish reason comes once and says <c>tool_calls</c> exactly when calls were made and the model stopped by
/// itself.
/// </summary>
/// <param name="idSeed">What makes ids of calls unique: the exchange's id.</param>
/// <param name="choice">The choice's index, for the same purpose.</param>
/// <param name="asFunctionCall">A call is told as <c>function_call</c>, and so is the finish reason.</param>
internal sealed class FrameStage(Guid idSeed, int choice, bool asFunctionCall) : AnswerStage
{
    // No model makes as many in one message; each delta looks its call up.
    public const int MaxCalls = 1024;

    private readonly List<OpenCall> _calls = [];

    public bool IsFinished { get; private set; }

    public bool AsFunctionCall => asFunctionCall;

    public override void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (NumberOf(call) >= 0 || _calls.Count == MaxCalls) return;
        var number = Open(call, hasArguments: false);
        base.CallBegin(number, id.IsEmpty ? NewId(number) : id, name);
    }

    public override void Arguments(int call, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return;
        var number = NumberOf(call);
        if (number < 0) return;
        _calls[number] = _calls[number] with { HasArguments = true };
        base.Arguments(number, json);
    }

    public override void CallRest(int call, ReadOnlySpan<byte> members)
    {
        if (NumberOf(call) is >= 0 and var number) base.CallRest(number, members);
    }

    public override void OtherCall(int call, ReadOnlySpan<byte> element)
    {
        var number = NumberOf(call);
        if (number < 0 && _calls.Count == MaxCalls) return;
        base.OtherCall(number < 0 ? Open(call, hasArguments: true) : number, element);
    }

    public override void Finish(ReadOnlySpan<byte> reason)
    {
        if (IsFinished) return;
        IsFinished = true;
        var stoppedByItself = reason.SequenceEqual("stop"u8) || reason.SequenceEqual("tool_calls"u8) || reason.IsEmpty;
        if (!stoppedByItself)
        {
            base.Finish(reason);
            return;
        }
        for (var number = 0; number < _calls.Count; number++)
            if (!_calls[number].HasArguments) base.Arguments(number, "{}"u8);
        base.Finish(_calls.Count == 0 ? "stop"u8 : asFunctionCall ? "function_call"u8 : "tool_calls"u8);
    }

    public override void End(bool isWhole)
    {
        if (isWhole) Finish(default);
        base.End(isWhole);
    }

    private int Open(int call, bool hasArguments)
    {
        _calls.Add(new OpenCall(call, hasArguments));
        return _calls.Count - 1;
    }

    private int NumberOf(int call)
    {
        // From the end: it is nearly always the last one.
        for (var number = _calls.Count - 1; number >= 0; number--)
            if (_calls[number].Given == call) return number;
        return -1;
    }

    // 40 characters for the first choices and calls: the longest that OpenAI itself takes back.
    private byte[] NewId(int number) => Encoding.ASCII.GetBytes($"call_{idSeed:N}{choice:x}{number:x2}");

    private readonly record struct OpenCall(int Given, bool HasArguments);
}
