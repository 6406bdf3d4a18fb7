namespace Causeway.Gateway.Adapt.Answers;

/// <summary>Lets the first tool call through and leaves later ones out: <c>parallel_tool_calls: false</c> for an upstream that does not know it.</summary>
internal sealed class SingleCallStage : AnswerStage
{
    private int _first = -1;

    public override void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name)
    {
        if (IsFirst(call)) base.CallBegin(call, id, name);
    }

    public override void Arguments(int call, ReadOnlySpan<byte> json)
    {
        if (call == _first) base.Arguments(call, json);
    }

    public override void CallRest(int call, ReadOnlySpan<byte> members)
    {
        if (call == _first) base.CallRest(call, members);
    }

    public override void OtherCall(int call, ReadOnlySpan<byte> element)
    {
        if (IsFirst(call)) base.OtherCall(call, element);
    }

    private bool IsFirst(int call)
    {
        if (_first < 0) _first = call;
        return call == _first;
    }
}
