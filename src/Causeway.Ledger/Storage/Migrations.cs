using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Storage;

/// <summary>The schema, as the steps that lead to it. A step that was released is never edited: the next change is a new step.</summary>
internal static class Migrations
{
    private static readonly (string Name, Action<SqliteConnection> Apply)[] Steps =
    [
        ("m001_exchange_rows", M001ExchangeRows),
        ("m002_prices", M002Prices),
        ("m003_audit", M003Audit),
        ("m004_upstream_said", M004UpstreamSaid),
        ("m005_route_reason", M005RouteReason),
        ("m006_params", M006Params),
        ("m007_operation", M007Operation),
        ("m008_ids_tell_the_time", M008IdsTellTheTime),
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
        if (version <= Latest && connection.QueryText("SELECT name FROM migrations WHERE number = 1") != Steps[0].Name)
            throw new LedgerException($"{path} was written by an early build whose tables are no longer read: choose another folder with --data, or move the file away.");
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
    // What repeats from row to row is a number into names: a third of the bytes, and the write-ahead log is most of the writer's work.
    private static void M001ExchangeRows(SqliteConnection connection) => connection.Execute("""
        CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE exchange_rows (
          row INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE,
          started_at INTEGER NOT NULL,
          plan INTEGER,
          key INTEGER,
          route INTEGER,
          requested_model INTEGER,
          served_model INTEGER,
          upstream INTEGER,
          status INTEGER NOT NULL,
          outcome INTEGER NOT NULL,
          error_code INTEGER,
          stream INTEGER NOT NULL,
          attempts TEXT,
          finish_reason INTEGER,
          prompt_tokens INTEGER NOT NULL,
          completion_tokens INTEGER NOT NULL,
          cached_tokens INTEGER NOT NULL,
          reasoning_tokens INTEGER NOT NULL,
          usage_source INTEGER NOT NULL,
          price_table INTEGER,
          cost_nanos INTEGER,
          first_byte_micros INTEGER,
          duration_micros INTEGER NOT NULL,
          overhead_micros INTEGER NOT NULL,
          request_bytes INTEGER NOT NULL,
          response_bytes INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX exchanges_by_time ON exchange_rows (started_at);
        """ + View(""));

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

    private static void M004UpstreamSaid(SqliteConnection connection) =>
        connection.Execute("ALTER TABLE exchange_rows ADD COLUMN upstream_said TEXT; DROP VIEW exchanges; " + View(", upstream_said"));

    private static void M005RouteReason(SqliteConnection connection) =>
        connection.Execute("ALTER TABLE exchange_rows ADD COLUMN route_reason TEXT; DROP VIEW exchanges; " + View(", upstream_said, route_reason"));

    private static void M006Params(SqliteConnection connection) =>
        connection.Execute("ALTER TABLE exchange_rows ADD COLUMN params TEXT; DROP VIEW exchanges; " + View(", upstream_said, route_reason, params"));

    private static void M007Operation(SqliteConnection connection) => connection.Execute("ALTER TABLE exchange_rows ADD COLUMN operation INTEGER; DROP VIEW exchanges; "
        + View(", upstream_said, route_reason, params, (SELECT name FROM names WHERE names.id = operation) AS operation"));

    // An index of every row's start beside one of its id, which begins with the start: a third of the writer's inserts for nothing.
    private static void M008IdsTellTheTime(SqliteConnection connection) => connection.Execute("DROP INDEX exchanges_by_time");

    /// <param name="more">Columns that later steps have added, each after a comma.</param>
    private static string View(string more) => $"""
        CREATE VIEW exchanges AS SELECT
          row,
          lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)) AS id,
          id AS id_bytes,
          started_at,
          (SELECT name FROM names WHERE names.id = plan) AS plan,
          (SELECT name FROM names WHERE names.id = key) AS key,
          (SELECT name FROM names WHERE names.id = route) AS route,
          (SELECT name FROM names WHERE names.id = requested_model) AS requested_model,
          (SELECT name FROM names WHERE names.id = served_model) AS served_model,
          (SELECT name FROM names WHERE names.id = upstream) AS upstream,
          status, outcome,
          (SELECT name FROM names WHERE names.id = error_code) AS error_code,
          stream, attempts,
          (SELECT name FROM names WHERE names.id = finish_reason) AS finish_reason,
          prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, usage_source,
          (SELECT name FROM names WHERE names.id = price_table) AS price_table,
          cost_nanos, first_byte_micros, duration_micros, overhead_micros, request_bytes, response_bytes{more}
        FROM exchange_rows;
        """;
}
