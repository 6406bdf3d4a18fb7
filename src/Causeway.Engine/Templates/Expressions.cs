using System.Runtime.CompilerServices;

namespace Causeway.Engine.Templates;

/// <summary>A part of a template that has a value. Immutable.</summary>
internal abstract class Expression(Place place)
{
    public Place Place { get; } = place;

    public object? Evaluate(Rendering rendering, Scope scope)
    {
        rendering.Step(Place);
        // A chain of operators nests as deep as it is long, and macros deepen what is there.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Place.Failure("it is nested too deep to be rendered.");
        return Value(rendering, scope);
    }

    protected abstract object? Value(Rendering rendering, Scope scope);
}

internal sealed class LiteralExpression(Place place, object? value) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) => value;
}

internal sealed class NameExpression(Place place, string name) : Expression(place)
{
    public string Name { get; } = name;

    protected override object? Value(Rendering rendering, Scope scope) => scope.TryGet(Name, out var value) ? value : new Undefined($"\"{Name}\", which is not defined");
}

internal sealed class ListExpression(Place place, IReadOnlyList<Expression> items, bool isTuple) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) => new TemplateList([.. items.Select(item => item.Evaluate(rendering, scope))], isTuple);
}

internal sealed class MapExpression(Place place, IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope)
    {
        var keys = entries.Select(entry => entry.Key.Evaluate(rendering, scope) as TemplateText ?? throw entry.Key.Place.Failure("only texts are keys of a dictionary here.")).ToList();
        var map = new TemplateMap(trustedKeys: keys.TrueForAll(key => key.IsTrusted));
        for (var i = 0; i < entries.Count; i++) map[keys[i].Value] = entries[i].Value.Evaluate(rendering, scope);
        return map;
    }
}

internal sealed class ConditionExpression(Place place, Expression condition, Expression then, Expression? otherwise) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) =>
        Values.IsTrue(condition.Evaluate(rendering, scope)) ? then.Evaluate(rendering, scope)
        : otherwise is null ? new Undefined("the value of an \"if\" without \"else\"") : otherwise.Evaluate(rendering, scope);
}

internal sealed class LogicExpression(Place place, bool isAnd, Expression left, Expression right) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope)
    {
        var first = left.Evaluate(rendering, scope);
        return Values.IsTrue(first) == isAnd ? right.Evaluate(rendering, scope) : first;
    }
}

internal sealed class NotExpression(Place place, Expression operand) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) => !Values.IsTrue(operand.Evaluate(rendering, scope));
}

/// <summary>a &lt; b == c: each with the next, as in Python.</summary>
internal sealed class ComparisonExpression(Place place, Expression first, IReadOnlyList<(string Operator, Expression Right)> rest) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope)
    {
        var left = first.Evaluate(rendering, scope);
        foreach (var (sign, operand) in rest)
        {
            var right = operand.Evaluate(rendering, scope);
            if (!Operators.Compare(sign, left, right, rendering, Place)) return false;
            left = right;
        }
        return true;
    }
}

internal sealed class OperatorExpression(Place place, string sign, Expression left, Expression right) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) =>
        Operators.Apply(sign, left.Evaluate(rendering, scope), right.Evaluate(rendering, scope), rendering, Place);
}

internal sealed class SignExpression(Place place, bool negative, Expression operand) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) => Operators.Sign(operand.Evaluate(rendering, scope), negative, Place);
}

/// <summary>a ~ b ~ c: the texts of all of them.</summary>
internal sealed class JoinExpression(Place place, IReadOnlyList<Expression> parts) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope)
    {
        var texts = parts.Select(part => Values.Text(part.Evaluate(rendering, scope))).ToList();
        rendering.Room(texts.Sum(text => (long)text.Value.Length), Place);
        return TemplateText.Join(texts);
    }
}

internal sealed class MemberExpression(Place place, Expression target, string name) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) => Members.Attribute(target.Evaluate(rendering, scope), name, Place);
}

internal sealed class IndexExpression(Place place, Expression target, Expression index) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) =>
        Members.Item(target.Evaluate(rendering, scope), index.Evaluate(rendering, scope), Place);
}

internal sealed class SliceExpression(Place place, Expression target, Expression? start, Expression? stop, Expression? step) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope)
    {
        var value = target.Evaluate(rendering, scope);
        return Slices.Of(value, Bound(start, rendering, scope), Bound(stop, rendering, scope), Bound(step, rendering, scope) ?? 1, rendering, Place);
    }

    private long? Bound(Expression? bound, Rendering rendering, Scope scope) => bound?.Evaluate(rendering, scope) switch
    {
        null => null,
        { } value => Values.AsInteger(value) ?? throw Place.Failure("a slice needs whole numbers."),
    };
}

/// <summary>The arguments of a call, a filter or a test as written.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static ArgumentList None { get; } = new([], []);

    public CallArguments Evaluate(Rendering rendering, Scope scope, Place place, string name) => new(
        rendering, place, name,
        Positional.Count == 0 ? [] : [.. Positional.Select(argument => argument.Evaluate(rendering, scope))],
        Named.Count == 0 ? [] : [.. Named.Select(argument => KeyValuePair.Create(argument.Name, argument.Value.Evaluate(rendering, scope)))]);
}

internal sealed class CallExpression(Place place, Expression target, ArgumentList arguments, string name) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) => target.Evaluate(rendering, scope) switch
    {
        TemplateFunction function => rendering.Call(() => function(arguments.Evaluate(rendering, scope, Place, name)), Place),
        var other => throw Place.Failure($"{Values.Kind(other)} cannot be called."),
    };
}

internal sealed class FilterExpression(Place place, Expression operand, string name, Filter filter, ArgumentList arguments) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) =>
        filter(operand.Evaluate(rendering, scope), arguments.Evaluate(rendering, scope, Place, name));
}

internal sealed class TestExpression(Place place, Expression operand, string name, Test test, ArgumentList arguments, bool negated) : Expression(place)
{
    protected override object? Value(Rendering rendering, Scope scope) =>
        test(operand.Evaluate(rendering, scope), arguments.Evaluate(rendering, scope, Place, name)) != negated;
}
