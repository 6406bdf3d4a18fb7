using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Ledger.Storage;

/// <summary>How connections to <c>causeway.db</c> are opened; every error is a sentence that names the file.</summary>
internal static class LedgerDatabase
{
    internal const string FileName = "causeway.db";

    /// <summary>Why there is no SQLite; null when there is.</summary>
    private static readonly string? _problem = Load();

    internal static string PathIn(string dataFolder) => Path.Combine(dataFolder, FileName);

    /// <summary>A connection of the process that owns the folder: creates the file and brings it up to date if need be.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="synchronous">NORMAL survives a crash of the process, FULL also one of the machine.</param>
    /// <param name="patience">How long a statement waits for somebody else's lock.</param>
    internal static SqliteConnection OpenForWriting(string path, Synchronous synchronous, TimeSpan patience)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate, patience);
        try
        {
            UseWriteAheadLog(connection, path);
            // The log is cut back to this size when a checkpoint resets it; a burst must not leave gigabytes behind.
            connection.Execute($"PRAGMA journal_size_limit=67108864; PRAGMA synchronous={(int)synchronous};");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal static SqliteConnection OpenReadOnly(string path)
    {
        if (!File.Exists(path))
            throw new LedgerException($"There is no ledger at {path}: `causeway serve` creates it; name its folder with --data.");
        return Open(path, SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(5));
    }

    private static string? Load()
    {
        try
        {
            Batteries_V2.Init();
            // Every connection here belongs to one thread at a time: the library's own mutex around each call would only cost.
            // Too late when the host program has used SQLite before; then the mutex stays, which is slower and as safe.
            _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
            return null;
        }
        catch (DllNotFoundException)
        {
            return $"SQLite's library (libe_sqlite3) cannot be loaded: it comes with causeway and belongs beside the executable, in {AppContext.BaseDirectory}";
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode, TimeSpan patience)
    {
        if (_problem is not null) throw new LedgerException(_problem);
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            // A pooled connection would outlive the ledger and keep its files open.
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(patience.TotalSeconds),
        };
        var connection = new SqliteConnection(text.ConnectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout={(int)patience.TotalMilliseconds};");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void UseWriteAheadLog(SqliteConnection connection, string path)
    {
        if (connection.QueryText("PRAGMA journal_mode=WAL;") != "wal")
            throw new LedgerException($"{path} is on a file system without shared memory (a network share?), which the ledger needs: choose a local folder with --data.");
    }
}

/// <summary>SQLite's own numbers of <c>PRAGMA synchronous</c>.</summary>
internal enum Synchronous
{
    Normal = 1,
    Full = 2,
}
