namespace Causeway.Wire.Schemas;

/// <summary>How a schema is read and what it may cost. Immutable; the default suits schemas that strangers send.</summary>
public sealed record JsonSchemaOptions
{
    /// <summary>What <see cref="JsonSchema.TryCompile(ReadOnlySpan{byte}, out JsonSchema, out SchemaError)"/> uses.</summary>
    public static JsonSchemaOptions Default { get; } = new();

    /// <summary><c>format</c> refuses what does not have it; false, as the specification has it: it says something and asserts nothing.</summary>
    public bool AssertFormats { get; init; }

    /// <summary>Bytes of the schema, and of each of <see cref="Documents"/>.</summary>
    public int MaxSchemaBytes { get; init; } = 256 * 1024;

    /// <summary>Bytes of an instance.</summary>
    public int MaxInstanceBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Steps of one validation: a subschema applied, a value compared, a name looked at.</summary>
    public int MaxSteps { get; init; } = 2_000_000;

    /// <summary>Errors in an outcome.</summary>
    public int MaxErrors { get; init; } = 8;

    /// <summary>Longest match of a pattern that cannot be run in linear time (look-around, back references).</summary>
    public TimeSpan PatternTime { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Schemas by address that <c>$ref</c> may name. The meta-schema of 2020-12 is always there; nothing is ever fetched.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Documents { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();
}
