using Causeway.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Auditing;

/// <summary>The audit tables as seen through one connection.</summary>
internal static class AuditChain
{
    private const string Columns = "sequence, at, actor, action, subject, detail, hash";

    /// <summary>Adds an entry behind the head, in the caller's transaction.</summary>
    internal static AuditEntry Append(SqliteConnection connection, AuditDraft draft, long at)
    {
        var (entries, head) = Head(connection);
        var sequence = entries + 1;
        var hash = AuditHash.Of(head, sequence, at, draft);
        connection.Execute(
            $"INSERT INTO audit ({Columns}) VALUES ($sequence, $at, $actor, $action, $subject, $detail, $hash)",
            ("$sequence", sequence), ("$at", at), ("$actor", draft.Actor), ("$action", draft.Action), ("$subject", draft.Subject),
            ("$detail", draft.DetailJson), ("$hash", hash));
        connection.Execute("UPDATE audit_head SET entries = $entries, hash = $hash WHERE id = 1", ("$entries", sequence), ("$hash", hash));
        return Entry(sequence, at, draft, hash);
    }

    /// <summary>Newest first.</summary>
    internal static List<AuditEntry> Newest(SqliteConnection connection, int limit)
    {
        var entries = new List<AuditEntry>();
        using var command = connection.Command($"SELECT {Columns} FROM audit ORDER BY sequence DESC LIMIT $limit", ("$limit", limit));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            entries.Add(Entry(reader.GetInt64(0), reader.GetInt64(1), Draft(reader), Hash(reader)));
        return entries;
    }

    internal static AuditVerdict Verify(SqliteConnection connection)
    {
        // One transaction: an entry that is added meanwhile must not look like a wrong count.
        using var snapshot = connection.BeginTransaction(deferred: true);
        var (entries, head) = Head(connection);
        var (count, last) = (0L, AuditHash.Genesis);
        using var command = connection.Command($"SELECT {Columns} FROM audit ORDER BY sequence");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var sequence = reader.GetInt64(0);
            if (sequence != count + 1)
                return Broken(count, last, count + 1, $"Entry {count + 1} is missing.");
            var stored = Hash(reader);
            if (!stored.AsSpan().SequenceEqual(AuditHash.Of(last, sequence, reader.GetInt64(1), Draft(reader))))
                return Broken(count, last, sequence, $"Entry {sequence} was changed, moved or replaced.");
            (count, last) = (sequence, stored);
        }
        if (count != entries)
            return Broken(count, last, Math.Min(count, entries) + 1, $"There are {count} entries, but {entries} were written.");
        if (!last.AsSpan().SequenceEqual(head))
            return Broken(count, last, count, $"Entry {count} is not the one that was written last.");
        return new AuditVerdict(true, count, Convert.ToHexStringLower(last), null, null);
    }

    private static (long Entries, byte[] Hash) Head(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT entries, hash FROM audit_head WHERE id = 1");
        using var reader = command.ExecuteReader();
        // Without its head the chain counts as empty: the next entry collides with what is there, and a walk reports the difference.
        return reader.Read() ? (reader.GetInt64(0), (byte[])reader.GetValue(1)) : (0, AuditHash.Genesis);
    }

    private static AuditDraft Draft(SqliteDataReader reader) =>
        new(reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5));

    private static byte[] Hash(SqliteDataReader reader) => (byte[])reader.GetValue(6);

    private static AuditEntry Entry(long sequence, long at, AuditDraft draft, byte[] hash) =>
        new(sequence, UnixTime.FromMicroseconds(at), draft.Actor, draft.Action, draft.Subject, draft.DetailJson, Convert.ToHexStringLower(hash));

    private static AuditVerdict Broken(long count, byte[] last, long at, string problem) =>
        new(false, count, Convert.ToHexStringLower(last), at, problem);
}
