using Causeway.Ledger.Storage;

namespace Causeway.Ledger.Auditing;

/// <summary>
/// Appends decisions to the audit chain, one at a time. Thread-safe.
/// </summary>
internal sealed class AuditLog(string path, TimeProvider time) : IDisposable
{
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

    internal AuditVerdict Verify() => DurableWrite.Run(path, "The audit log could not be read", AuditChain.Verify);

    public void Dispose() => _turn.Dispose();

    private AuditEntry Append(AuditDraft draft) => DurableWrite.Run(path, "The audit entry could not be stored", connection =>
    {
        using var transaction = connection.BeginTransaction();
        var entry = AuditChain.Append(connection, draft, time.GetUtcNow().ToUnixMicroseconds());
        transaction.Commit();
        return entry;
    });
}
