namespace Causeway.Wire.Schemas;

/// <summary>Where a subschema stands.</summary>
internal sealed record SchemaSite(SchemaResource Resource, SchemaPlace Place);
