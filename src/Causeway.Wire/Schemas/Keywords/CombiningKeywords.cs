namespace Causeway.Wire.Schemas.Keywords;

/// <summary><c>allOf</c>.</summary>
internal sealed class AllOfKeyword : Keyword
{
    public required SchemaNode[] Schemas { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Nodes(JsonKind.Array) is { } schemas ? new AllOfKeyword { Place = source.Place, Schemas = schemas } : null;

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        var holds = true;
        foreach (var schema in Schemas) holds &= run.ApplyHere(schema, value, marks);
        return holds;
    }
}

/// <summary><c>anyOf</c>. Every alternative runs when somebody asks what they looked at.</summary>
internal sealed class AnyOfKeyword : Keyword
{
    public required SchemaNode[] Schemas { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Nodes(JsonKind.Array) is { } schemas ? new AnyOfKeyword { Place = source.Place, Schemas = schemas } : null;

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        var matches = 0;
        var nearest = new NearestAlternative(run);
        foreach (var schema in Schemas)
        {
            if (nearest.Try(schema, value, marks)) matches++;
            if (matches > 0 && marks is null) return true;
        }
        return matches > 0 || nearest.Refuse(Place, $"fits none of the {Schemas.Length} alternatives");
    }
}

/// <summary><c>oneOf</c>: exactly one holds.</summary>
internal sealed class OneOfKeyword : Keyword
{
    public required SchemaNode[] Schemas { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Nodes(JsonKind.Array) is { } schemas ? new OneOfKeyword { Place = source.Place, Schemas = schemas } : null;

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        var matches = 0;
        var nearest = new NearestAlternative(run);
        foreach (var schema in Schemas)
        {
            if (nearest.Try(schema, value, marks)) matches++;
            if (matches > 1) return run.Refuse(Place, "fits more than one of the alternatives, of which exactly one must fit");
        }
        return matches == 1 || nearest.Refuse(Place, $"fits none of the {Schemas.Length} alternatives, of which exactly one must fit");
    }
}

/// <summary>Of alternatives that all failed, the one that got furthest is likely the one that was meant: its errors help most.</summary>
internal struct NearestAlternative(SchemaRun run)
{
    private List<SchemaError>? _nearest;

    public bool Try(SchemaNode schema, JsonTree value, bool[]? marks)
    {
        var errors = run.Errors is null ? null : new List<SchemaError>();
        if (run.Try(schema, value, marks, errors)) return true;
        if (errors is { Count: > 0 } && (_nearest is null || Depth(errors) > Depth(_nearest))) _nearest = errors;
        return false;
    }

    public readonly bool Refuse(SchemaPlace place, string message)
    {
        run.Refuse(place, message);
        if (_nearest is not null) run.Add(_nearest);
        return false;
    }

    private static int Depth(List<SchemaError> errors) => errors.Max(error => error.InstancePath.Length);
}

/// <summary><c>not</c>.</summary>
internal sealed class NotKeyword : Keyword
{
    public required SchemaNode Schema { get; init; }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks) =>
        !run.Try(Schema, value, null, null) || run.Refuse(Place, "fits what it must not fit");
}

/// <summary><c>if</c> with <c>then</c> and <c>else</c>.</summary>
internal sealed class IfKeyword : Keyword
{
    public required SchemaNode If { get; init; }

    public required SchemaNode? Then { get; init; }

    public required SchemaNode? Else { get; init; }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        var branch = run.Try(If, value, marks, null) ? Then : Else;
        return branch is null || run.ApplyHere(branch, value, marks);
    }
}

/// <summary><c>dependentSchemas</c>: when a property is there, its schema holds for the whole object.</summary>
internal sealed class DependentSchemasKeyword : Keyword
{
    public required string[] Names { get; init; }

    public required SchemaNode[] Schemas { get; init; }

    public static Keyword? Read(in KeywordSource source) =>
        source.Nodes(JsonKind.Object) is { } schemas
            ? new DependentSchemasKeyword { Place = source.Place, Names = source.Value.Names, Schemas = schemas }
            : null;

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        if (!value.IsObject) return true;
        if (!run.Spend(Names.Length, Place)) return false;
        var holds = true;
        for (var i = 0; i < Names.Length; i++)
            if (value.IndexOf(Names[i]) >= 0) holds &= run.ApplyHere(Schemas[i], value, marks);
        return holds;
    }
}

/// <summary><c>dependencies</c> of the older drafts, still in use: names or a schema for each property.</summary>
internal sealed class DependenciesKeyword : Keyword
{
    public required Keyword[] Parts { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsObject) return source.Fail("must be an object");
        var parts = new List<Keyword>();
        for (var i = 0; i < source.Value.Names.Length; i++)
        {
            var (name, value) = (source.Value.Names[i], source.Value.Items[i]);
            if (!value.IsArray)
                parts.Add(new DependentSchemasKeyword { Place = source.Place, Names = [name], Schemas = [source.Compiler.NodeAt(value, source.Place)] });
            else if (source.Names(value) is { } required)
                parts.Add(new DependentRequiredKeyword { Place = source.Place, Names = [name], Required = [required] });
        }
        return new DependenciesKeyword { Place = source.Place, Parts = [.. parts] };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks)
    {
        var holds = true;
        foreach (var part in Parts) holds &= part.Holds(run, value, marks);
        return holds;
    }
}
