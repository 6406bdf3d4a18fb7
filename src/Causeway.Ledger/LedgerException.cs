namespace Causeway.Ledger;

/// <summary>
/// The ledger cannot be opened, or an awaited write could not be made durable. The message is for the operator: it names the file
/// and what to do, and never holds row contents.
/// </summary>
public sealed class LedgerException : Exception
{
    public LedgerException() { }

    public LedgerException(string message) : base(message) { }

    public LedgerException(string message, Exception innerException) : base(message, innerException) { }
}
