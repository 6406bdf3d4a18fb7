using System.Runtime.CompilerServices;

namespace Causeway.Engine.Templates;

/// <summary>One rendering: what it may still spend, what it has written, its clock. One owner.</summary>
internal sealed class Rendering(TimeProvider clock)
{
    /// <summary>Characters that a template may write, or hold in one text.</summary>
    public const int MaxCharacters = 32 << 20;

    /// <summary>Steps: a node of the template run, an element gone over, 256 characters copied.</summary>
    public const int MaxSteps = 10_000_000;

    private const int MaxCalls = 60;

    private int _steps;
    private int _calls;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Where text goes: the prompt, or what a block captures.</summary>
    public TemplateWriter Writer { get; set; } = new();

    public void Step(Place place, long cost = 1)
    {
        if (cost > MaxSteps - _steps) throw place.Failure($"it takes more than {MaxSteps} steps to render this conversation.");
        _steps += (int)cost;
    }

    /// <summary>A text that was made: its copying costs, and it has a longest.</summary>
    public TemplateText Made(TemplateText text, Place place)
    {
        Room(text.Value.Length, place);
        return text;
    }

    public void Room(long characters, Place place)
    {
        if (characters > MaxCharacters) throw place.Failure($"it makes a text of more than {MaxCharacters} characters.");
        Step(place, 1 + (characters / 256));
    }

    public void Write(TemplateText text, Place place)
    {
        Room(Writer.Length + text.Value.Length, place, text.Value.Length);
        Writer.Add(text);
    }

    public object? Call(Func<object?> body, Place place)
    {
        if (++_calls > MaxCalls || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw place.Failure($"macros call each other more than {MaxCalls} deep.");
        var result = body();
        _calls--;
        return result;
    }

    private void Room(long total, Place place, int added)
    {
        if (total > MaxCharacters) throw place.Failure($"it writes more than {MaxCharacters} characters.");
        Step(place, 1 + (added / 256));
    }
}

/// <summary>Pieces of text as they are written.</summary>
internal sealed class TemplateWriter
{
    private readonly List<TemplateText> _parts = [];

    public long Length { get; private set; }

    public void Add(TemplateText text)
    {
        if (text.Value.Length == 0) return;
        _parts.Add(text);
        Length += text.Value.Length;
    }

    public TemplateText Text() => TemplateText.Join(_parts);
}

/// <summary>Names and their values; a loop's turn and a macro have one of their own, which ends with them.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    public void Set(string name, object? value) => _names[name] = value;

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._names.TryGetValue(name, out value)) return true;
        value = null;
        return false;
    }

    private Scope? Outer { get; } = outer;
}

/// <summary>What a call was given.</summary>
internal sealed record CallArguments(Rendering Rendering, Place Place, string Name, IReadOnlyList<object?> Positional, IReadOnlyList<KeyValuePair<string, object?>> Named)
{
    public int Count => Positional.Count + Named.Count;

    /// <summary>By place, or by name.</summary>
    public bool TryGet(int index, string name, out object? value)
    {
        if (index < Positional.Count)
        {
            value = Positional[index];
            return true;
        }
        foreach (var (key, given) in Named)
        {
            if (key != name) continue;
            value = given;
            return true;
        }
        value = null;
        return false;
    }

    public object? Get(int index, string name) => TryGet(index, name, out var value) ? value : throw Place.Failure($"{Name} needs its argument \"{name}\".");

    public TemplateText Text(int index, string name) => Get(index, name) as TemplateText ?? throw Place.Failure($"{Name} needs a text as its argument \"{name}\".");

    public long Integer(int index, string name, long otherwise) =>
        !TryGet(index, name, out var value) || value is null ? otherwise : Values.AsInteger(value) ?? throw Place.Failure($"{Name} needs a whole number as its argument \"{name}\".");

    public bool Flag(int index, string name, bool otherwise) => TryGet(index, name, out var value) ? Values.IsTrue(value) : otherwise;

    /// <summary>Refuses arguments that the function does not know: it would do something else than the template means.</summary>
    public CallArguments AtMost(params ReadOnlySpan<string> names)
    {
        if (Positional.Count > names.Length) throw Place.Failure($"{Name} has at most {names.Length} arguments here.");
        foreach (var (key, _) in Named)
            if (!names.Contains(key)) throw Place.Failure($"{Name} does not know the argument {Tokenizers.Json.Shown(key)} here.");
        return this;
    }
}
