using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Tests.Support;

/// <summary>A data folder of one test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-ledger-");

    internal string Path => _folder.FullName;

    internal string Database => File("causeway.db");

    internal string Spill => File("spill.jsonl");

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Another program at the same file, with sqlite3's defaults.</summary>
    internal SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False;Default Timeout=5");
        connection.Open();
        return connection;
    }

    internal void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    internal long Number(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(command.ExecuteScalar() ?? 0L);
    }

    internal long Rows() => Number("SELECT count(*) FROM exchanges");

    public void Dispose() => _folder.Delete(recursive: true);
}
