using System.Text;
using System.Text.Json;
using Causeway.Engine.Constraints.Forms;
using Causeway.Engine.Constraints.Parts;

namespace Causeway.Engine.Constraints;

/// <summary>
/// What a text may be: literals, JSON by a schema, free text, put together. Tokenizers do not matter yet; <see cref="ConstraintPlan"/> joins
/// a grammar with a vocabulary. Immutable and thread-safe; costs as much as its largest schema to make, so keep it.
/// </summary>
/// <example>
/// One or several calls of a function in the syntax of Hermes:
/// <code>
/// var call = Grammar.Sequence(
///     Grammar.Literal("&lt;tool_call&gt;\n{\"name\": \"add\", \"arguments\": "), Grammar.Json(parameters), Grammar.Literal("}\n&lt;/tool_call&gt;"));
/// var calls = Grammar.Sequence(call, Grammar.Repeat(Grammar.Sequence(Grammar.Literal("\n"), call), 0, 15));
/// </code>
/// </example>
public sealed class Grammar
{
    private Grammar(Part part) => Part = part;

    internal Part Part { get; }

    /// <summary>A JSON value that a schema allows.</summary>
    /// <param name="schema">Draft 2020-12, or an older one that says so; not kept.</param>
    /// <param name="options">How it may be written.</param>
    /// <exception cref="ConstraintException">A keyword is not supported, or the schema is none, too large, or allows nothing.</exception>
    public static Grammar Json(JsonElement schema, ConstraintOptions? options = null) =>
        new(new JsonPart(FormCompiler.Compile(schema, Checked(options ?? ConstraintOptions.Default))));

    /// <summary>Any JSON object.</summary>
    public static Grammar JsonObject(ConstraintOptions? options = null)
    {
        using var schema = JsonDocument.Parse("""{"type":"object"}""");
        return Json(schema.RootElement, options);
    }

    /// <summary>This text and no other. Special tokens of the vocabulary that it spells are allowed in it.</summary>
    public static Grammar Literal(string text) => new(new LiteralPart(Encoding.UTF8.GetBytes(text)));

    /// <summary>Any text up to and with the first occurrence of an end. Special tokens are none of it, but for those that the end spells.</summary>
    /// <param name="end">Not empty.</param>
    public static Grammar Until(string end)
    {
        ArgumentException.ThrowIfNullOrEmpty(end);
        return new(new FreePart(new Marks([Encoding.UTF8.GetBytes(end)]), [], mayEnd: false, isFreeAgain: false));
    }

    /// <summary>
    /// Any text, which may end at any time; but behind each trigger in it comes what the trigger demands. Stands last in a sequence.
    /// </summary>
    /// <param name="triggers">At least one: a text that is not empty, and what comes behind it.</param>
    /// <param name="isFreeAgain">Whether the text is free again behind that, triggers included; else it ends there.</param>
    public static Grammar Triggered(IReadOnlyList<(string Trigger, Grammar Behind)> triggers, bool isFreeAgain = true)
    {
        if (triggers.Count == 0 || triggers.Any(trigger => trigger.Trigger.Length == 0)) throw new ArgumentException("There must be triggers, and none may be empty.", nameof(triggers));
        var marks = new Marks([.. triggers.Select(trigger => Encoding.UTF8.GetBytes(trigger.Trigger))]);
        return new(new FreePart(marks, [.. triggers.Select(trigger => trigger.Behind.Part)], mayEnd: true, isFreeAgain));
    }

    /// <summary>One after the other.</summary>
    public static Grammar Sequence(params IReadOnlyList<Grammar> parts) => new(new SequencePart([.. parts.Select(part => part.Part)]));

    /// <summary>One of several.</summary>
    public static Grammar Choice(params IReadOnlyList<Grammar> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        return new(new ChoicePart([.. parts.Select(part => part.Part)]));
    }

    /// <summary>The same several times.</summary>
    /// <param name="part">Must not be able to be nothing.</param>
    /// <param name="min">At the least, 0 or more.</param>
    /// <param name="max">At the most; null for any number.</param>
    public static Grammar Repeat(Grammar part, int min, int? max = null)
    {
        if (part.Part.MayBeEmpty) throw new ArgumentException("What may be nothing cannot be repeated.", nameof(part));
        ArgumentOutOfRangeException.ThrowIfNegative(min);
        ArgumentOutOfRangeException.ThrowIfLessThan(max ?? int.MaxValue, min);
        return new(new RepeatPart(part.Part, min, max ?? int.MaxValue));
    }

    /// <summary>It or nothing.</summary>
    public static Grammar Optional(Grammar part) => part.Part.MayBeEmpty ? part : Repeat(part, 0, 1);

    private static ConstraintOptions Checked(ConstraintOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxWhitespace, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxDepth, 128, nameof(options));
        return options;
    }
}
