using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Storage;

/// <summary>
/// Awaited writes beside the stream of exchanges; what they commit is on disk. They are rare, so each opens its own connection:
/// nothing to keep healthy between two of them, and a fault of the exchange writer is not theirs.
/// </summary>
internal static class DurableWrite
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="path">The database file.</param>
    /// <param name="failure">The first half of the message when it fails: <c>The audit entry could not be stored</c>.</param>
    /// <param name="work">What to do; its transactions are its own.</param>
    /// <exception cref="LedgerException">The database refuses.</exception>
    internal static T Run<T>(string path, string failure, Func<SqliteConnection, T> work)
    {
        try
        {
            using var connection = LedgerDatabase.OpenForWriting(path, Synchronous.Full, Patience);
            return work(connection);
        }
        catch (SqliteException e)
        {
            throw new LedgerException($"{failure}: {Refusal.Describe(e)}. {Refusal.Remedy(e)}", e);
        }
    }
}
