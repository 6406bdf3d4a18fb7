namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>
/// Bounds the work of making instances for one request: each value costs up to one pass over its schema, and a stranger chooses
/// both how large the schema is and how many values it demands.
/// </summary>
internal sealed class Effort
{
    /// <summary>Bytes of schema looked at: below a second of work, and 200,000 values of a common schema.</summary>
    private long _left = 1 << 28;

    public bool TrySpend(int schemaBytes) => (_left -= schemaBytes) > 0;
}
