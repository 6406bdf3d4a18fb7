using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Ledger.Storage;

/// <summary>Why the store refused, in words that may be shown to anyone: no path, no SQL, no row content.</summary>
internal static class Refusal
{
    internal static string Describe(Exception error) => error switch
    {
        SqliteException sqlite => Describe(sqlite.SqliteErrorCode),
        LedgerException => "the database cannot be used by this version",
        _ => $"the writer failed ({error.GetType().Name})",
    };

    private static string Describe(int code) => code switch
    {
        raw.SQLITE_FULL => "the disk is full",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "the database is locked by another program",
        raw.SQLITE_IOERR => "the disk reports an error",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "the database file is damaged",
        raw.SQLITE_READONLY => "the database is read-only",
        raw.SQLITE_CANTOPEN => "the database cannot be opened",
        _ => $"the database refused (SQLite error {code})",
    };

    /// <summary>What the operator does about it, as a sentence.</summary>
    internal static string Remedy(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "Free some space and start again.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Find the program that holds it (a shell with an open transaction?) and start again.",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            "Move it away and start again, or restore a backup; `sqlite3 FILE .recover` saves what is readable.",
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN => "Check the owner and mode of the file and its folder.",
        _ => "Check the disk, or choose another folder with --data.",
    };
}
