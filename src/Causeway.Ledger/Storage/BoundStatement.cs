using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Ledger.Storage;

/// <summary>
/// A prepared statement whose parameters are bound by position without allocating. It stays below
/// <see cref="SqliteCommand"/> because the writer runs it for every exchange; everything rarer goes through commands.
/// What is bound stays bound from run to run, and one row is much like the next: a value that is there already is not bound again. One thread.
/// </summary>
internal sealed partial class BoundStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _handle;
    private readonly nint _databaseHandle;
    private readonly Bound[] _bound;
    private byte[] _utf8 = new byte[1024];

    internal BoundStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
        _handle = _statement.DangerousGetHandle();
        _databaseHandle = _database.DangerousGetHandle();
        _bound = new Bound[raw.sqlite3_bind_parameter_count(_statement) + 1];
    }

    internal void Id(int index, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(raw.sqlite3_bind_blob(_statement, index, bytes));
    }

    internal void Number(int index, long value)
    {
        ref var bound = ref _bound[index];
        if (bound.Kind == Kind.Number && bound.Number == value)
            return;
        Check(BindNumber(_handle, index, value));
        bound = new Bound(Kind.Number, value, null);
    }

    internal void Number(int index, long? value)
    {
        if (value is { } number)
            Number(index, number);
        else
            Null(index);
    }

    internal void Text(int index, string? value)
    {
        if (value is null)
        {
            Null(index);
            return;
        }
        ref var bound = ref _bound[index];
        if (bound.Kind == Kind.Text && bound.Text == value)
            return;
        // A bind that fails leaves NULL behind.
        bound = default;
        // An empty span is a null pointer to SQLite, and that would be NULL.
        Check(value.Length == 0 ? raw.sqlite3_bind_text(_statement, index, "") : raw.sqlite3_bind_text(_statement, index, Encoded(value)));
        bound = new Bound(Kind.Text, 0, value);
    }

    private void Null(int index)
    {
        ref var bound = ref _bound[index];
        if (bound.Kind == Kind.Null)
            return;
        Check(BindNull(_handle, index));
        bound = new Bound(Kind.Null, 0, null);
    }

    /// <summary>Runs the statement once and makes it ready for the next row.</summary>
    /// <returns>How many rows it has changed.</returns>
    internal int Run()
    {
        var result = Step(_handle);
        if (result != raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(_statement);
            SqliteException.ThrowExceptionForRC(result, _database);
        }
        Check(Reset(_handle));
        return Changes(_databaseHandle);
    }

    /// <summary>Runs a statement that returns one row of one number.</summary>
    internal long RunForNumber()
    {
        var result = raw.sqlite3_step(_statement);
        var number = raw.sqlite3_column_int64(_statement, 0);
        raw.sqlite3_reset(_statement);
        if (result != raw.SQLITE_ROW)
            SqliteException.ThrowExceptionForRC(result, _database);
        return number;
    }

    public void Dispose() => _statement.Dispose();

    private ReadOnlySpan<byte> Encoded(string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_utf8.Length < most)
            _utf8 = new byte[most];
        return _utf8.AsSpan(0, Encoding.UTF8.GetBytes(value, _utf8));
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }

    // Two dozen calls a row: past the safe handle's counting and the collector's transition they cost a tenth. Both only store a value.
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    private static partial int BindNumber(nint statement, int index, long value);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    private static partial int BindNull(nint statement, int index);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_changes"), SuppressGCTransition]
    private static partial int Changes(nint database);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_step")]
    private static partial int Step(nint statement);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_reset")]
    private static partial int Reset(nint statement);

    private enum Kind
    {
        /// <summary>Bound to nothing yet, or to bytes: not known.</summary>
        Other,
        Null,
        Number,
        Text,
    }

    private readonly record struct Bound(Kind Kind, long Number, string? Text);
}
