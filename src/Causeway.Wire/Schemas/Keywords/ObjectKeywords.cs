using Causeway.Wire.Schemas.Patterns;

namespace Causeway.Wire.Schemas.Keywords;

/// <summary><c>properties</c>.</summary>
internal sealed class PropertiesKeyword : Keyword
{
    public required Dictionary<string, SchemaNode> Schemas { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (source.Nodes(JsonKind.Object) is not { } nodes) return null;
        var schemas = new Dictionary<string, SchemaNode>(nodes.Length, StringComparer.Ordinal);
        for (var i = 0; i < nodes.Length; i++) schemas[source.Value.Names[i]] = nodes[i];
        return new PropertiesKeyword { Place = source.Place, Schemas = schemas };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        var holds = run.Spend(value.Names.Length, Place);
        for (var i = 0; i < value.Names.Length; i++)
        {
            if (!Schemas.TryGetValue(value.Names[i], out var schema)) continue;
            if (marks is not null) marks[i] = true;
            holds &= run.ApplyTo(schema, value, i);
        }
        return holds;
    }
}

/// <summary><c>patternProperties</c>.</summary>
internal sealed class PatternPropertiesKeyword : Keyword
{
    public required SchemaPattern[] Patterns { get; init; }

    public required SchemaNode[] Schemas { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (source.Nodes(JsonKind.Object) is not { } schemas) return null;
        return ReadPatterns(source, source.Value) is { } patterns
            ? new PatternPropertiesKeyword { Place = source.Place, Patterns = patterns, Schemas = schemas }
            : null;
    }

    /// <summary>The names of an object as patterns; null, with a mistake noted, when one is none.</summary>
    public static SchemaPattern[]? ReadPatterns(in KeywordSource source, JsonTree value)
    {
        var patterns = new SchemaPattern[value.Names.Length];
        for (var i = 0; i < patterns.Length; i++)
        {
            if (source.Compiler.Patterns.Find(value.Names[i], out var problem) is not { } pattern)
            {
                source.Fail($"has a pattern that is none: {problem}");
                return null;
            }
            patterns[i] = pattern;
        }
        return patterns;
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        var holds = true;
        for (var p = 0; p < Patterns.Length; p++)
            for (var i = 0; i < value.Names.Length && !run.IsExhausted; i++)
            {
                if (!Patterns[p].IsIn(value.Names[i], run, Place)) continue;
                if (marks is not null) marks[i] = true;
                holds &= run.ApplyTo(Schemas[p], value, i);
            }
        return holds && !run.IsExhausted;
    }
}

/// <summary><c>additionalProperties</c>: what neither <c>properties</c> nor <c>patternProperties</c> beside it names.</summary>
internal sealed class AdditionalPropertiesKeyword : Keyword
{
    public required HashSet<string> Named { get; init; }

    public required SchemaPattern[] Patterns { get; init; }

    public required SchemaNode Schema { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        var named = source.Schema.Find("properties") is { IsObject: true } properties ? properties.Names : [];
        var patterns = source.Schema.Find("patternProperties") is { IsObject: true } byPattern
            ? PatternPropertiesKeyword.ReadPatterns(source, byPattern)
            : [];
        if (patterns is null) return null;
        return new AdditionalPropertiesKeyword
        {
            Place = source.Place, Named = new HashSet<string>(named, StringComparer.Ordinal), Patterns = patterns, Schema = source.Node(),
        };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        var holds = run.Spend(value.Names.Length, Place);
        for (var i = 0; i < value.Names.Length && !run.IsExhausted; i++)
        {
            var name = value.Names[i];
            if (Named.Contains(name) || Array.Exists(Patterns, pattern => pattern.IsIn(name, run, Place))) continue;
            if (marks is not null) marks[i] = true;
            holds &= run.ApplyTo(Schema, value, i);
        }
        return holds && !run.IsExhausted;
    }
}

/// <summary><c>propertyNames</c>.</summary>
internal sealed class PropertyNamesKeyword : Keyword
{
    public required SchemaNode Schema { get; init; }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        var holds = true;
        foreach (var name in value.Names)
        {
            if (run.Try(Schema, new JsonTree { Kind = JsonKind.String, Text = name }, null, null)) continue;
            holds = run.Refuse(Place, () => $"the name \"{Pointer.Cut(name)}\" is not allowed");
        }
        return holds;
    }
}

/// <summary><c>required</c>.</summary>
internal sealed class RequiredKeyword : Keyword
{
    public required string[] Names { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Names(source.Value) is { } names ? new RequiredKeyword { Place = source.Place, Names = names } : null;

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        var holds = run.Spend(Names.Length, Place);
        foreach (var name in Names)
            if (value.IndexOf(name) < 0) holds = run.Refuse(Place, () => $"the property \"{Pointer.Cut(name)}\" is missing");
        return holds;
    }
}

/// <summary><c>dependentRequired</c>.</summary>
internal sealed class DependentRequiredKeyword : Keyword
{
    public required string[] Names { get; init; }

    public required string[][] Required { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsObject) return source.Fail("must be an object of arrays of strings");
        var required = new string[source.Value.Items.Length][];
        for (var i = 0; i < required.Length; i++)
        {
            if (source.Names(source.Value.Items[i]) is not { } names) return null;
            required[i] = names;
        }
        return new DependentRequiredKeyword { Place = source.Place, Names = source.Value.Names, Required = required };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        var holds = run.Spend(Names.Length, Place);
        for (var i = 0; i < Names.Length; i++)
            if (value.IndexOf(Names[i]) >= 0) holds &= AreThere(Required[i], Names[i], run, value);
        return holds;
    }

    private bool AreThere(string[] required, string because, SchemaRun run, JsonTree value)
    {
        var holds = run.Spend(required.Length, Place);
        foreach (var name in required)
            if (value.IndexOf(name) < 0)
                holds = run.Refuse(Place, () => $"the property \"{Pointer.Cut(name)}\" is missing, and \"{Pointer.Cut(because)}\" needs it");
        return holds;
    }
}
