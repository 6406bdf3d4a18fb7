using Causeway.Ledger.Auditing;
using Causeway.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Reading;

/// <summary>
/// Reads a ledger, whether or not a process is serving from its folder, and never writes to it. Every call sees what is committed
/// at that moment. Not thread-safe.
/// </summary>
public sealed class LedgerReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private LedgerReader(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    /// <exception cref="LedgerException">There is no ledger in this folder, or it cannot be read by this version.</exception>
    public static LedgerReader Open(string dataFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        var path = LedgerDatabase.PathIn(dataFolder);
        return Reading(path, () =>
        {
            var connection = LedgerDatabase.OpenReadOnly(path);
            try
            {
                CheckVersion(connection, path);
                return new LedgerReader(connection, path);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        });
    }

    /// <summary>Matching exchanges by their start, newest first.</summary>
    public IReadOnlyList<ExchangeRow> Recent(ExchangeFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return List(ExchangeQuery.Newest(filter));
    }

    /// <summary>Matching exchanges that were stored after <paramref name="row"/>, in the order in which they were stored.</summary>
    public IReadOnlyList<ExchangeRow> After(long row, ExchangeFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return List(ExchangeQuery.After(row, filter));
    }

    /// <summary>The place of the exchange stored last, 0 when there is none: where to begin following.</summary>
    public long LastRow() => Reading(_path, () => _connection.QueryNumber("SELECT max(row) FROM exchange_rows") ?? 0);

    /// <summary>Matching exchanges in groups, the largest first; <see cref="ExchangeFilter.Limit"/> is the number of groups.</summary>
    public IReadOnlyList<ExchangeSummary> Summary(ExchangeFilter filter, SummaryBy by)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Reading(_path, () => SummaryTable.Read(_connection, filter, by));
    }

    /// <summary>Which models of which upstreams were asked since then, the busiest first, at most <see cref="Reading.ModelTraffic.MaxModels"/>.</summary>
    public IReadOnlyList<ModelTraffic> ModelTraffic(DateTimeOffset since) => Reading(_path, () => Causeway.Ledger.Reading.ModelTraffic.Read(_connection, since));

    /// <summary>The audit log, newest first.</summary>
    public IReadOnlyList<AuditEntry> AuditEntries(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, ExchangeFilter.MaxLimit);
        return Reading(_path, () => AuditChain.Newest(_connection, limit));
    }

    /// <summary>As <see cref="LedgerState.VerifyAudit"/>.</summary>
    public AuditVerdict VerifyAudit() => Reading(_path, () => AuditChain.Verify(_connection));

    /// <summary>The price table of this hash as it was saved; null when there is none.</summary>
    public string? PriceTable(string hash) =>
        Reading(_path, () => _connection.QueryText("SELECT json FROM prices WHERE hash = $hash", ("$hash", hash)));

    public void Dispose() => _connection.Dispose();

    private List<ExchangeRow> List(ExchangeQuery query) => Reading(_path, () =>
    {
        var rows = new List<ExchangeRow>();
        using var command = _connection.Command(query.Sql, query.Parameters);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(new ExchangeRow(reader.GetInt64(0), ExchangeSql.Read(reader, 1)));
        return rows;
    });

    private static void CheckVersion(SqliteConnection connection, string path)
    {
        var version = Migrations.Version(connection, path);
        if (version < Migrations.Latest)
            throw new LedgerException($"{path} was written by an older causeway (schema {version} of {Migrations.Latest}): `causeway serve` brings it up to date.");
    }

    private static T Reading<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw new LedgerException($"The ledger {path} cannot be read: {Refusal.Describe(e)}. {Refusal.Remedy(e)}", e);
        }
    }
}
