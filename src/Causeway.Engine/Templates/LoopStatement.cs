namespace Causeway.Engine.Templates;

internal sealed class LoopStatement(
    Place place, SetTarget target, Expression source, Expression? condition, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope)
    {
        var value = source.Evaluate(rendering, scope);
        var elements = Values.Elements(value) ?? throw Place.Failure($"a loop goes over {Values.Kind(value)}.");
        rendering.Step(Place, elements.Count);
        if (condition is not null) elements = [.. elements.Where(element => Values.IsTrue(condition.Evaluate(rendering, Turn(element, scope, rendering))))];
        if (elements.Count == 0) return RunAll(otherwise, rendering, new Scope(scope));
        var loop = new LoopState(elements);
        for (; loop.Index < elements.Count; loop.Index++)
        {
            rendering.Step(Place);
            var turn = Turn(elements[loop.Index], scope, rendering);
            turn.Set("loop", loop);
            if (RunAll(body, rendering, turn) == Flow.Break) break;
        }
        return Flow.Next;
    }

    private Scope Turn(object? element, Scope scope, Rendering rendering)
    {
        var turn = new Scope(scope);
        target.Set(element, turn, rendering);
        return turn;
    }
}

/// <summary>What a loop's body knows as <c>loop</c>.</summary>
internal sealed class LoopState(IReadOnlyList<object?> elements)
{
    private object? _changed = new Undefined("nothing");

    public int Index { get; set; }

    public bool TryGet(string name, out object? value)
    {
        var (count, index) = (elements.Count, Index);
        value = name switch
        {
            "index" => index + 1L,
            "index0" => (long)index,
            "revindex" => (long)count - index,
            "revindex0" => count - index - 1L,
            "first" => index == 0,
            "last" => index == count - 1,
            "length" => (long)count,
            "previtem" => index > 0 ? elements[index - 1] : new Undefined("the element before the first of a loop"),
            "nextitem" => index + 1 < count ? elements[index + 1] : new Undefined("the element after the last of a loop"),
            "cycle" => (TemplateFunction)(call => call.Positional.Count > 0 ? call.Positional[index % call.Positional.Count] : throw call.Place.Failure("cycle needs arguments.")),
            "changed" => (TemplateFunction)(call => Changed(call)),
            _ => this,
        };
        return !ReferenceEquals(value, this);
    }

    private bool Changed(CallArguments call)
    {
        var now = new TemplateList(call.Positional);
        var changed = !Values.AreEqual(_changed, now);
        _changed = now;
        return changed;
    }
}
