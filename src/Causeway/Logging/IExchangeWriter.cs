using Causeway.Ledger;

namespace Causeway.Logging;

/// <summary>A way to show exchanges one after the other. For one thread.</summary>
internal interface IExchangeWriter
{
    void Write(Exchange exchange);

    /// <summary>After the last one; <paramref name="count"/> is how many there were.</summary>
    void End(int count);
}
