using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Storage;

/// <summary>The schema, as the steps that lead to it. A step that was released is never edited: the next change is a new step.</summary>
internal static class Migrations
{
    private static readonly (string Name, Action<SqliteConnection> Apply)[] Steps =
    [
        ("m001_exchanges", M001Exchanges),
        ("m002_prices", M002Prices),
        ("m003_audit", M003Audit),
    ];

    internal static int Latest => Steps.Length;

    /// <summary>Brings the file to step <paramref name="target"/>, each missing step in its own transaction.</summary>
    internal static void Apply(SqliteConnection connection, string path, TimeProvider time, int? target = null)
    {
        var version = Version(connection, path);
        for (var step = version; step < (target ?? Latest); step++)
            ApplyStep(connection, step, time);
    }

    /// <summary>How many steps the file has seen; 0 for an empty file. Refuses what this program must not touch.</summary>
    internal static int Version(SqliteConnection connection, string path)
    {
        if (connection.QueryNumber("SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'") == 0)
        {
            return connection.QueryNumber("SELECT count(*) FROM sqlite_schema") == 0
                ? 0
                : throw new LedgerException($"{path} is an SQLite database of some other program: choose another folder with --data.");
        }
        var version = (int)(connection.QueryNumber("SELECT max(number) FROM migrations") ?? 0);
        return version <= Latest
            ? version
            : throw new LedgerException($"{path} was written by a newer causeway (schema {version}, this one knows {Latest}): run that version, or choose another folder with --data.");
    }

    private static void ApplyStep(SqliteConnection connection, int step, TimeProvider time)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT");
        Steps[step].Apply(connection);
        connection.Execute(
            "INSERT INTO migrations (number, name, applied_at) VALUES ($number, $name, $at)",
            ("$number", step + 1), ("$name", Steps[step].Name), ("$at", time.GetUtcNow().ToUnixMicroseconds()));
        transaction.Commit();
    }

    // Only what decides a row's place is NOT NULL: the writer must never meet a row that the table refuses for its content.
    private static void M001Exchanges(SqliteConnection connection) => connection.Execute("""
        CREATE TABLE exchanges (
          row INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          started_at INTEGER NOT NULL,
          plan TEXT,
          key TEXT,
          route TEXT,
          requested_model TEXT,
          served_model TEXT,
          upstream TEXT,
          status INTEGER NOT NULL,
          outcome INTEGER NOT NULL,
          error_code TEXT,
          stream INTEGER NOT NULL,
          attempts TEXT,
          finish_reason TEXT,
          prompt_tokens INTEGER NOT NULL,
          completion_tokens INTEGER NOT NULL,
          cached_tokens INTEGER NOT NULL,
          reasoning_tokens INTEGER NOT NULL,
          usage_source INTEGER NOT NULL,
          price_table TEXT,
          cost_nanos INTEGER,
          first_byte_micros INTEGER,
          duration_micros INTEGER NOT NULL,
          overhead_micros INTEGER NOT NULL,
          request_bytes INTEGER NOT NULL,
          response_bytes INTEGER NOT NULL
        ) STRICT;
        -- Time first for the order of a list, then every column a list is filtered by: whatever the filter, rows that do not match
        -- are passed over inside the index, without a look at the table.
        CREATE INDEX exchanges_by_time ON exchanges (started_at, status, outcome, key, route, upstream, requested_model, served_model);
        """);

    private static void M002Prices(SqliteConnection connection) =>
        connection.Execute("CREATE TABLE prices (hash TEXT PRIMARY KEY, json TEXT NOT NULL, saved_at INTEGER NOT NULL) STRICT");

    private static void M003Audit(SqliteConnection connection) => connection.Execute("""
        CREATE TABLE audit (
          sequence INTEGER PRIMARY KEY,
          at INTEGER NOT NULL,
          actor TEXT NOT NULL,
          action TEXT NOT NULL,
          subject TEXT NOT NULL,
          detail TEXT NOT NULL,
          hash BLOB NOT NULL
        ) STRICT;
        CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), entries INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
        INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, zeroblob(32));
        """);
}
