using Causeway.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Auditing;

/// <summary>
/// Awaited, durable writes beside the stream of exchanges. They are rare, so each opens its own connection: nothing to keep healthy
/// between two decisions, and a fault of the exchange writer is not theirs. Thread-safe.
/// </summary>
internal sealed class AuditLog(string path, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // SQLite's own waiting is polling and unfair; in this process the turns are taken here.
    private readonly SemaphoreSlim _turn = new(1, 1);

    internal async Task<AuditEntry> AppendAsync(AuditDraft draft, CancellationToken cancellation)
    {
        draft.Check();
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // From here on it is not cancelled: the caller must learn whether the entry is in the chain.
            return await Task.Run(() => Append(draft), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    internal AuditVerdict Verify() => Durably("The audit log could not be read", AuditChain.Verify);

    internal void SavePriceTable(string hash, string canonicalJson)
    {
        ArgumentException.ThrowIfNullOrEmpty(hash);
        ArgumentNullException.ThrowIfNull(canonicalJson);
        Durably("The price table could not be stored", connection => connection.Execute(
            "INSERT INTO prices (hash, json, saved_at) VALUES ($hash, $json, $at) ON CONFLICT (hash) DO NOTHING",
            ("$hash", hash), ("$json", canonicalJson), ("$at", time.GetUtcNow().ToUnixMicroseconds())));
    }

    public void Dispose() => _turn.Dispose();

    private AuditEntry Append(AuditDraft draft) => Durably("The audit entry could not be stored", connection =>
    {
        using var transaction = connection.BeginTransaction();
        var entry = AuditChain.Append(connection, draft, time.GetUtcNow().ToUnixMicroseconds());
        transaction.Commit();
        return entry;
    });

    private T Durably<T>(string failure, Func<SqliteConnection, T> work)
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
