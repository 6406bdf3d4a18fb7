using System.Text.Json;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>A subschema, or a value that an instance must be, at its place in the document.</summary>
/// <param name="Id">Its number in the document.</param>
/// <param name="Pointer">JSON pointer from the document's root.</param>
/// <param name="Element">What stands there.</param>
/// <param name="Resource">What its references are relative to.</param>
/// <param name="IsValue">It is a value of <c>const</c> or <c>enum</c>, not a schema.</param>
internal sealed record SchemaSite(int Id, string Pointer, JsonElement Element, SchemaResource Resource, bool IsValue)
{
    public JsonElement? Find(string keyword) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(keyword, out var value) ? value : null;

    /// <summary>That the keyword is not supported, or is not what it must be.</summary>
    public ConstraintException Fail(string keyword, string problem) => new(keyword, Pointer, problem);

    public static string Escape(string segment) => segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

/// <summary>A schema with an address of its own (<c>$id</c>), or the document.</summary>
internal sealed class SchemaResource(Uri address)
{
    public Uri Address { get; } = address;

    public SchemaSite? Root { get; set; }

    public Dictionary<string, SchemaSite> Anchors { get; } = new(StringComparer.Ordinal);
}
