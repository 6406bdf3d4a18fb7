namespace Causeway.Wire.Schemas;

/// <summary>A compiled keyword of a subschema. Immutable.</summary>
internal abstract class Keyword
{
    public required SchemaPlace Place { get; init; }

    /// <summary>Asks what the other keywords looked at, so it runs after them and not at all when one of them failed.</summary>
    public virtual bool IsLast => false;

    /// <param name="run">The validation under way; errors go to it.</param>
    /// <param name="value">What is held against the schema.</param>
    /// <param name="marks">One per property or item of the value, set for those looked at; null when nobody asks.</param>
    public abstract bool Holds(SchemaRun run, JsonTree value, bool[]? marks);
}
