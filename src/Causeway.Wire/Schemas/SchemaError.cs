namespace Causeway.Wire.Schemas;

/// <summary>One reason why an instance does not fit, or why a schema cannot be compiled.</summary>
/// <param name="InstancePath">JSON pointer (RFC 6901) into the instance; empty for its root. Long names are cut. Empty for errors of a schema.</param>
/// <param name="SchemaPath">JSON pointer to the keyword in the schema; for a document given beside it, its address, <c>#</c> and the pointer.</param>
/// <param name="Message">What is wrong, in words that name the schema's demand and never the instance's values.</param>
public sealed record SchemaError(string InstancePath, string SchemaPath, string Message)
{
    /// <summary>One line for a person or a model: where, then what.</summary>
    public override string ToString() => $"{(InstancePath.Length == 0 ? "the value" : InstancePath)}: {Message} (schema {(SchemaPath.Length == 0 ? "/" : SchemaPath)})";
}
