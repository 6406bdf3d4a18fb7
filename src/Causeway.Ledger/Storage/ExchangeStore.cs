using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Ledger.Storage;

/// <summary>The writer's connection. A batch is one transaction: all of it is in the database, or none. One thread.</summary>
internal sealed class ExchangeStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly BoundStatement _begin, _insert, _commit;
    private readonly NameTable _names;

    private ExchangeStore(SqliteConnection connection)
    {
        _connection = connection;
        _begin = new BoundStatement(connection, "BEGIN IMMEDIATE");
        _insert = new BoundStatement(connection, ExchangeSql.Insert);
        _commit = new BoundStatement(connection, "COMMIT");
        _names = new NameTable(connection);
    }

    /// <summary>Opens or creates the database and brings its schema up to date.</summary>
    /// <exception cref="SqliteException">The file refuses: locked, damaged, read-only, out of space.</exception>
    internal static ExchangeStore Open(string path, TimeSpan patience, Action<SqliteConnection>? opened, TimeProvider time)
    {
        var connection = LedgerDatabase.OpenForWriting(path, Synchronous.Normal, patience);
        try
        {
            Migrations.Apply(connection, path, time);
            opened?.Invoke(connection);
            return new ExchangeStore(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>How many rows were new; a row whose id is known is passed over.</returns>
    internal int Insert(ReadOnlySpan<Exchange> rows)
    {
        var stored = 0;
        _begin.Run();
        try
        {
            foreach (var row in rows)
            {
                ExchangeSql.Bind(_insert, _names, row);
                stored += _insert.Run();
            }
            _commit.Run();
        }
        catch
        {
            // Some errors have rolled back already; then there is nothing left to undo and the answer does not matter.
            raw.sqlite3_exec(_connection.Handle, "ROLLBACK");
            _names.Forget();
            throw;
        }
        return stored;
    }

    /// <summary>Forces what was committed onto the disk, so that another copy of it may be deleted.</summary>
    internal void Sync() => _connection.Execute("PRAGMA wal_checkpoint(PASSIVE);");

    public void Dispose()
    {
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _names.Dispose();
        _connection.Dispose();
    }
}
