namespace Causeway.Wire.Schemas.Keywords;

/// <summary><c>$ref</c>: the other schema holds too.</summary>
internal sealed class ReferenceKeyword : Keyword
{
    public required SchemaNode Target { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsString) return source.Fail("must be a string");
        return source.Compiler.Resolve(source.Value.Text, source, out _) is { } target ? new ReferenceKeyword { Place = source.Place, Target = target } : null;
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks) => run.ApplyHere(Target, value, marks);
}

/// <summary><c>$dynamicRef</c>: the schema with that anchor in the outermost resource that was passed on the way here.</summary>
internal sealed class DynamicReferenceKeyword : Keyword
{
    public required SchemaNode Target { get; init; }

    /// <summary>Null when the reference does not end in a <c>$dynamicAnchor</c>: then it is a <c>$ref</c>.</summary>
    public required string? Anchor { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsString) return source.Fail("must be a string");
        if (source.Compiler.Resolve(source.Value.Text, source, out var anchor) is not { } target) return null;
        if (anchor is not null) source.Compiler.UseDynamicAnchor(anchor);
        return new DynamicReferenceKeyword { Place = source.Place, Target = target, Anchor = anchor };
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks) => run.ApplyHere(Outermost(run), value, marks);

    private SchemaNode Outermost(SchemaRun run)
    {
        if (Anchor is null) return Target;
        foreach (var resource in run.Scope)
            if (resource.DynamicNodes.TryGetValue(Anchor, out var node)) return node;
        return Target;
    }
}
