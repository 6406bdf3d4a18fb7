namespace Causeway.Engine.Templates;

/// <summary>What a statement says of the loop around it.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A part of a template that writes or sets something. Immutable.</summary>
internal abstract class Statement(Place place)
{
    public Place Place { get; } = place;

    public abstract Flow Run(Rendering rendering, Scope scope);

    public static Flow RunAll(IReadOnlyList<Statement> statements, Rendering rendering, Scope scope)
    {
        foreach (var statement in statements)
        {
            rendering.Step(statement.Place);
            var flow = statement.Run(rendering, scope);
            if (flow != Flow.Next) return flow;
        }
        return Flow.Next;
    }

    /// <summary>What statements write, as a value.</summary>
    public static TemplateText Capture(IReadOnlyList<Statement> statements, Rendering rendering, Scope scope)
    {
        var (outer, writer) = (rendering.Writer, new TemplateWriter());
        rendering.Writer = writer;
        try
        {
            RunAll(statements, rendering, scope);
        }
        finally
        {
            rendering.Writer = outer;
        }
        return writer.Text();
    }
}

internal sealed class DataStatement(Place place, string text) : Statement(place)
{
    private readonly TemplateText _text = new(text, trusted: true);

    public override Flow Run(Rendering rendering, Scope scope)
    {
        rendering.Write(_text, Place);
        return Flow.Next;
    }
}

internal sealed class OutputStatement(Place place, Expression expression) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope)
    {
        rendering.Write(Values.Text(expression.Evaluate(rendering, scope)), Place);
        return Flow.Next;
    }
}

internal sealed class IfStatement(Place place, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> branches, IReadOnlyList<Statement> otherwise) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope)
    {
        foreach (var (condition, body) in branches)
            if (Values.IsTrue(condition.Evaluate(rendering, scope))) return RunAll(body, rendering, scope);
        return RunAll(otherwise, rendering, scope);
    }
}

/// <summary>Where a value goes: a name, a member of a namespace, or several names.</summary>
internal sealed record SetTarget(Place Place, IReadOnlyList<string> Names, string? Member)
{
    public void Set(object? value, Scope scope, Rendering rendering)
    {
        if (Member is not null)
        {
            if (!scope.TryGet(Names[0], out var space) || space is not TemplateNamespace made)
                throw Place.Failure($"\"{Names[0]}\" is no namespace: only a namespace's members can be set.");
            made.Members[Member] = value;
            return;
        }
        if (Names.Count == 1)
        {
            scope.Set(Names[0], value);
            return;
        }
        rendering.Step(Place, Names.Count);
        var parts = Values.Elements(value);
        if (parts is null || parts.Count != Names.Count) throw Place.Failure($"{Names.Count} names are set from {Values.Kind(value)} of another length.");
        for (var i = 0; i < Names.Count; i++) scope.Set(Names[i], parts[i]);
    }
}

internal sealed class SetStatement(Place place, SetTarget target, Expression value) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope)
    {
        target.Set(value.Evaluate(rendering, scope), scope, rendering);
        return Flow.Next;
    }
}

internal sealed class SetBlockStatement(Place place, SetTarget target, IReadOnlyList<Statement> body, Func<Expression, Expression> filters) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope)
    {
        var text = Capture(body, rendering, new Scope(scope));
        target.Set(filters(new LiteralExpression(Place, text)).Evaluate(rendering, scope), scope, rendering);
        return Flow.Next;
    }
}

/// <summary><c>{% generation %}</c>: marks what the assistant said, for training; its body is as it is.</summary>
internal sealed class GenerationStatement(Place place, IReadOnlyList<Statement> body) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope) => RunAll(body, rendering, new Scope(scope));
}

internal sealed class JumpStatement(Place place, Flow flow) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope) => flow;
}

internal sealed class MacroStatement(Place place, string name, IReadOnlyList<(string Name, Expression? Default)> parameters, IReadOnlyList<Statement> body) : Statement(place)
{
    public override Flow Run(Rendering rendering, Scope scope)
    {
        scope.Set(name, (TemplateFunction)(call => Call(call, scope)));
        return Flow.Next;
    }

    private TemplateText Call(CallArguments call, Scope outer)
    {
        if (call.Positional.Count > parameters.Count) throw call.Place.Failure($"the macro \"{name}\" has {parameters.Count} parameters and is called with {call.Positional.Count}.");
        foreach (var (key, _) in call.Named)
            if (!parameters.Any(parameter => parameter.Name == key)) throw call.Place.Failure($"the macro \"{name}\" has no parameter \"{key}\".");
        var scope = new Scope(outer);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, otherwise) = parameters[i];
            scope.Set(parameter, call.TryGet(i, parameter, out var value) ? value
                : otherwise is null ? new Undefined($"\"{parameter}\", which the macro \"{name}\" was not given") : otherwise.Evaluate(call.Rendering, scope));
        }
        return Capture(body, call.Rendering, scope);
    }
}
