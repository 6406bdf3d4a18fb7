using System.Buffers;
using System.Text.Json;
using Causeway.Engine.Constraints.Languages;
using Causeway.Engine.Constraints.Schemas;

namespace Causeway.Engine.Constraints.Forms;

/// <summary>Makes the forms of a schema: every place that can be reached, once, with what it costs to end there.</summary>
internal sealed class FormCompiler
{
    private const int MaxForms = 50_000;
    private const int MaxItems = 1_000;
    private const int MaxMinimum = 10_000;
    private const int MaxPatterns = 5;
    private const int MaxRounds = 500;

    private readonly SchemaShapes _shapes;
    private readonly ConstraintOptions _options;
    private readonly Automaton _automaton = new();
    private readonly Dictionary<Conjunction, ValueForm> _forms = [];
    private readonly Queue<(Conjunction Of, ValueForm Form)> _pending = [];
    private readonly List<ValueForm> _all = [];

    private FormCompiler(JsonElement schema, ConstraintOptions options)
    {
        _options = options;
        _shapes = new SchemaShapes(new SchemaDocument(schema), _automaton);
    }

    /// <exception cref="ConstraintException">The schema says what is not supported, is none, is too large, or allows nothing.</exception>
    public static ValueForm Compile(JsonElement schema, ConstraintOptions options)
    {
        try
        {
            return CompileWithin(schema, options);
        }
        catch (InsufficientExecutionStackException)
        {
            throw new ConstraintException("", "", "has texts or patterns that are too long together");
        }
    }

    private static ValueForm CompileWithin(JsonElement schema, ConstraintOptions options)
    {
        var compiler = new FormCompiler(schema, options);
        var root = compiler.FormOf(compiler._shapes.Table.Of(compiler._shapes.Document.Root));
        while (compiler._pending.TryDequeue(out var next)) compiler.Fill(next.Form, compiler._shapes.Of(next.Of));
        FormCosts.Settle(compiler._all, MaxRounds);
        if (!root.IsPossible || root.Depth > options.MaxDepth) throw new ConstraintException("", "", "allows nothing");
        compiler._automaton.Compiled();
        return root;
    }

    private ValueForm FormOf(Conjunction conjunction)
    {
        if (_forms.TryGetValue(conjunction, out var known)) return known;
        if (_all.Count == MaxForms) throw new ConstraintException("", "", "has too many places that differ");
        var form = new ValueForm(_options);
        _all.Add(form);
        _forms[conjunction] = form;
        _pending.Enqueue((conjunction, form));
        return form;
    }

    private void Fill(ValueForm form, Shape shape)
    {
        form.Raw = Start(Language.Either([shape.Number, .. LiteralTexts(shape.Literals)]));
        form.Text = Start(shape.Text);
        form.Arrays = [.. shape.Arrays.Select(Array)];
        form.Objects = [.. shape.Objects.Select(Object)];
    }

    private static IEnumerable<Language> LiteralTexts(Literals literals)
    {
        if (literals.HasFlag(Literals.Null)) yield return Language.Text("null");
        if (literals.HasFlag(Literals.True)) yield return Language.Text("true");
        if (literals.HasFlag(Literals.False)) yield return Language.Text("false");
    }

    private LanguageState? Start(Language language) => _automaton.IsInhabited(language) ? _automaton.StateOf(language) : null;

    private ArrayForm Array(ArrayShape shape)
    {
        if (shape.Contains.Count > 1) throw new ConstraintException("contains", "", "is not supported twice for one array");
        if (shape.Prefix.Count > MaxItems) throw new ConstraintException("prefixItems", "", $"has more than {MaxItems} schemas");
        var items = shape.Prefix.Append(shape.Rest ?? _shapes.Table.Always).ToList();
        var table = _shapes.Table;
        if (shape.Contains is not [var contains])
            return new ArrayForm { Items = [.. items.Select(FormOf)], Min = shape.Min, Max = shape.Max, Unique = shape.IsUnique && shape.Max > 1 ? Unique(items) : null };
        if (shape.IsUnique) throw new ConstraintException("uniqueItems", "", "is not supported beside contains");
        // With a maximum, what does not count must not match.
        var others = contains.Max == ArrayShape.Unbounded || contains.Items.IsAlways ? table.Always : contains.Items.IsNever ? table.Always : table.Not(contains.Items.Terms[0]);
        if (contains.Max != ArrayShape.Unbounded && contains.Items.IsAlways) others = table.Never;
        return new ArrayForm
        {
            Items = [.. items.Select(item => FormOf(table.And(item, others)))],
            Counted = [.. items.Select(item => FormOf(table.And(item, contains.Items)))],
            Min = shape.Min,
            Max = shape.Max,
            MinCounted = contains.Min,
            MaxCounted = contains.Max,
        };
    }

    // Texts can be told apart as they are written; other values are equal in ways that their bytes do not show.
    private LanguageState Unique(List<Conjunction> items)
    {
        var shape = _shapes.Of(items[^1]);
        if (items.Count > 1 || shape with { Text = Language.Nothing } is not { IsNothing: true } || shape.IsNothing)
            throw new ConstraintException("uniqueItems", "", "is not supported but for arrays of texts");
        return _automaton.StateOf(shape.Text);
    }

    private ObjectForm Object(ObjectShape shape)
    {
        if (shape.Min > MaxMinimum) throw new ConstraintException("minProperties", "", $"is not supported beyond {MaxMinimum}");
        var required = shape.Required.ToHashSet(StringComparer.Ordinal);
        var members = shape.Members.Select((member, place) => (Spelled: Spell(member.Name), member.Value, Place: place, IsRequired: required.Contains(member.Name)))
            .ToList();
        members.Sort((left, right) => left.Spelled.AsSpan().SequenceCompareTo(right.Spelled));
        return new ObjectForm
        {
            Names = [.. members.Select(member => member.Spelled)],
            Values = [.. members.Select(member => FormOf(member.Value))],
            Places = [.. members.Select(member => member.Place)],
            IsRequired = [.. members.Select(member => member.IsRequired)],
            RequiredCount = required.Count,
            Others = shape.Max > required.Count ? [.. Others(shape)] : [],
            Min = shape.Min,
            Max = shape.Max,
        };
    }

    // One class of names for each set of patterns that a name can match, without the names that are spelled out.
    private IEnumerable<(LanguageState, ValueForm)> Others(ObjectShape shape)
    {
        var patterns = shape.Rules.SelectMany(rule => rule.Patterns.Select(pattern => pattern.Names)).Distinct().ToList();
        if (patterns.Count > MaxPatterns) throw new ConstraintException("patternProperties", "", $"is not supported with more than {MaxPatterns} patterns for one object");
        // Where any name will do, one that is spelled out is told apart when it ends; else its last letters could lead nowhere.
        var isFree = patterns.Count == 0 && shape.Names.Equals(Language.Any);
        var others = isFree ? Language.Any : Language.Except(Language.Texts(shape.Members.Select(member => member.Name)));
        for (var chosen = 0; chosen < 1 << patterns.Count; chosen++)
        {
            var matching = patterns.Where((_, index) => (chosen >> index & 1) == 1).ToHashSet();
            var value = shape.Rules.Aggregate(_shapes.Table.Always, (all, rule) => _shapes.Table.And(all, OfRule(rule, matching)));
            if (value.IsNever) continue;
            var names = Language.Both([shape.Names, others, .. patterns.Select(pattern => matching.Contains(pattern) ? pattern : Language.Except(pattern))]);
            if (Start(names) is { } start) yield return (start, FormOf(value));
        }
    }

    private Conjunction OfRule(NameRule rule, HashSet<Language> matching)
    {
        var all = default(Conjunction);
        foreach (var (names, value) in rule.Patterns)
            if (matching.Contains(names)) all = all is null ? value : _shapes.Table.And(all, value);
        return all ?? rule.Others;
    }

    private static byte[] Spell(string name)
    {
        var spelled = new ArrayBufferWriter<byte>();
        Spelling.Write(name, spelled);
        spelled.Write("\""u8);
        return spelled.WrittenSpan.ToArray();
    }
}
