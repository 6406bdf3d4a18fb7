namespace Causeway.Gateway.Upstreams.Rehearsal.Instances;

/// <summary>
/// Bounds the work of making instances for one request, and their size: a stranger chooses how large the schema is, how many
/// values it demands and how long they are. What is asked for when nothing is left becomes null.
/// </summary>
internal sealed class Effort
{
    /// <summary>Some 30,000 values of a common schema, made in below a second.</summary>
    private long _left = 1 << 28;

    /// <summary>A value looks at its schema once or twice, and costs something however small the schema is.</summary>
    public bool TrySpendValue(int schemaBytes) => Spend(Math.Max(schemaBytes, 8192));

    /// <summary>A text of this length was written; it will be cut into tokens and escaped.</summary>
    public void SpendText(int length) => Spend(16L * length);

    /// <summary>One schema was looked at while searching for the lowest branch.</summary>
    public bool TrySpendVisit() => Spend(256);

    private bool Spend(long amount)
    {
        _left -= amount;
        return _left > 0;
    }
}
