namespace Causeway.Wire.Schemas;

/// <summary>A compiled subschema. Filled in once by the compiler, then only read, by many threads.</summary>
internal sealed class SchemaNode(SchemaResource resource, SchemaPlace place)
{
    public SchemaResource Resource { get; } = resource;

    public SchemaPlace Place { get; } = place;

    /// <summary>The schema <c>false</c>: nothing fits.</summary>
    public bool IsNever { get; set; }

    /// <summary>In the order in which they must run: what asks what the others looked at comes last.</summary>
    public Keyword[] Keywords { get; set; } = [];

    /// <summary>Whether some keyword asks which properties or items the others have looked at.</summary>
    public bool NeedsMarks { get; set; }
}
