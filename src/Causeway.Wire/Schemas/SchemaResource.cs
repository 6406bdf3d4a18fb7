namespace Causeway.Wire.Schemas;

/// <summary>A schema with an address of its own (<c>$id</c>, or a document): the unit that anchors and dynamic scope go by.</summary>
internal sealed class SchemaResource(SchemaUri address, SchemaDialect dialect)
{
    public SchemaUri Address { get; } = address;

    public SchemaDialect Dialect { get; } = dialect;

    /// <summary>The schema at the root of this resource.</summary>
    public required JsonTree Root { get; init; }

    /// <summary><c>$anchor</c> and <c>$dynamicAnchor</c>: both can be named by <c>$ref</c>.</summary>
    public Dictionary<string, JsonTree> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary><c>$dynamicAnchor</c> only.</summary>
    public Dictionary<string, JsonTree> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>The compiled ones among <see cref="DynamicAnchors"/>: what a <c>$dynamicRef</c> finds on its way out.</summary>
    public Dictionary<string, SchemaNode> DynamicNodes { get; } = new(StringComparer.Ordinal);
}
