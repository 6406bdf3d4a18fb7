using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>And and not of objects.</summary>
internal sealed class ObjectAlgebra(SchemaShapes shapes, Conjunction.Table table, Automaton automaton)
{
    private const int MaxMembers = 20_000;
    private const int MaxEffort = 500_000;

    private int _effort;

    /// <summary>Null when no object belongs to both, as far as that can be shown.</summary>
    public ObjectShape? And(ObjectShape left, ObjectShape right)
    {
        _effort += 1 + left.Members.Count + right.Members.Count;
        if (_effort > MaxEffort) throw new ConstraintException("", "", "combines too many properties");
        var members = new List<(string, Conjunction)>(left.Members.Count + right.Members.Count);
        var ofLeft = Index(left);
        var ofRight = Index(right);
        foreach (var (name, value) in left.Members) members.Add((name, table.And(value, ofRight.TryGetValue(name, out var other) ? other : OfUnnamed(right, name))));
        foreach (var (name, value) in right.Members)
            if (!ofLeft.ContainsKey(name)) members.Add((name, table.And(value, OfUnnamed(left, name))));
        if (members.Count > MaxMembers) throw new ConstraintException("properties", "", $"are more than {MaxMembers}");
        var names = Language.Both(left.Names, right.Names);
        return Checked(new ObjectShape
        {
            Members = members,
            Required = [.. left.Required.Union(right.Required, StringComparer.Ordinal)],
            Rules = [.. left.Rules, .. right.Rules],
            Names = automaton.IsInhabited(names) ? names : Language.Nothing,
            Min = Math.Max(left.Min, right.Min),
            Max = Math.Min(left.Max, right.Max),
            Evaluated = left.Evaluated is null || right.Evaluated is null ? null : left.Evaluated.Count == 0 ? right.Evaluated : Union(left.Evaluated, right.Evaluated),
        });
    }

    /// <summary>The objects that do not belong to it; null where that cannot be said.</summary>
    public IReadOnlyList<ObjectShape>? Not(ObjectShape shape)
    {
        if (shape.Rules.Count > 0 || !shape.Names.Equals(Language.Any)) return null;
        var others = new List<ObjectShape>();
        if (shape.Min > 0) others.Add(new ObjectShape { Max = shape.Min - 1 });
        if (shape.Max != ObjectShape.Unbounded) others.Add(new ObjectShape { Min = shape.Max + 1 });
        foreach (var name in shape.Required) others.Add(Forbidding(name));
        foreach (var (name, value) in shape.Members)
            foreach (var term in value.IsNever ? [table.Always] : value.Terms.Select(table.Not))
                others.Add(new ObjectShape { Members = [(name, term)], Required = [name] });
        return others;
    }

    public ObjectShape Forbidding(string name) => new() { Members = [(name, table.Never)] };

    /// <summary>What is demanded of the value of a name that is not a member.</summary>
    public Conjunction OfUnnamed(ObjectShape shape, string name)
    {
        if (!Matches(shape.Names, name)) return table.Never;
        var all = table.Always;
        foreach (var rule in shape.Rules) all = table.And(all, OfRule(rule, name));
        return all;
    }

    /// <summary>The patterns of a rule that match a name; null when none does.</summary>
    public Conjunction? OfPatterns(NameRule rule, string name)
    {
        var all = default(Conjunction);
        foreach (var (names, value) in rule.Patterns)
            if (Matches(names, name)) all = all is null ? value : table.And(all, value);
        return all;
    }

    public bool Matches(Language language, string text)
    {
        if (language.Equals(Language.Any)) return true;
        var state = automaton.StateOf(language);
        foreach (var rune in text.EnumerateRunes())
            if (state.Next(rune.Value) is { } next) state = next;
            else return false;
        return state.Accepts;
    }

    /// <summary>With every required name among the members; null when one of them cannot be, or the counts cross.</summary>
    public ObjectShape? Checked(ObjectShape shape)
    {
        if (shape.Min > shape.Max || shape.Required.Count > shape.Max) return null;
        var members = Index(shape);
        var missing = new List<(string, Conjunction)>();
        foreach (var name in shape.Required)
        {
            if (!members.TryGetValue(name, out var value)) missing.Add((name, value = OfUnnamed(shape, name)));
            if (shapes.IsImpossible(value)) return null;
        }
        return missing.Count == 0 ? shape : shape with { Members = [.. shape.Members, .. missing] };
    }

    private Conjunction OfRule(NameRule rule, string name) => OfPatterns(rule, name) ?? rule.Others;

    private static Dictionary<string, Conjunction> Index(ObjectShape shape) =>
        shape.Members.ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);

    private static HashSet<string> Union(IReadOnlySet<string> left, IReadOnlySet<string> right) => [.. left, .. right];
}
