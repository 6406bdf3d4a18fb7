namespace Causeway.Wire.Schemas;

/// <summary>What validation found.</summary>
public sealed record SchemaOutcome
{
    internal static readonly SchemaOutcome Valid = new() { IsValid = true };

    /// <summary>True only when the whole instance was looked at and fits.</summary>
    public required bool IsValid { get; init; }

    /// <summary>The instance is not JSON: nothing was held against the schema.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>A bound was reached (steps, nesting, a pattern's time): neither fit nor misfit is proven, and <see cref="IsValid"/> is false.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>The first errors, at most <see cref="JsonSchemaOptions.MaxErrors"/>; empty exactly when valid.</summary>
    public IReadOnlyList<SchemaError> Errors { get; init; } = [];
}
