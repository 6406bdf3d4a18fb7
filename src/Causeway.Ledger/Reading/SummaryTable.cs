using Causeway.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Reading;

/// <summary>One pass over the matching rows, adding each to its group.</summary>
internal sealed class SummaryTable
{
    /// <summary>Callers choose model names, so the number of groups is theirs too: what comes later is counted together.</summary>
    private const int MaxGroups = 1_000;

    private readonly Dictionary<string, Group> _groups = [];
    private readonly Group _unnamed = new(null);
    private readonly Group _others = new(ExchangeSummary.Others);

    internal static List<ExchangeSummary> Read(SqliteConnection connection, ExchangeFilter filter, SummaryBy by)
    {
        var query = ExchangeQuery.ForSummary(filter,
            $"{Column(by)}, outcome, prompt_tokens, completion_tokens, cost_nanos, duration_micros, first_byte_micros");
        using var command = connection.Command(query.Sql, query.Parameters);
        using var reader = command.ExecuteReader();
        var table = new SummaryTable();
        while (reader.Read())
            table.GroupOf(reader).Add(reader);
        return table.Largest(filter.Limit);
    }

    private static string Column(SummaryBy by) => by switch
    {
        SummaryBy.Route => "route",
        SummaryBy.Model => "requested_model",
        SummaryBy.Key => "key",
        SummaryBy.Upstream => "upstream",
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, null),
    };

    private Group GroupOf(SqliteDataReader reader)
    {
        if (reader.IsDBNull(0))
            return _unnamed;
        var name = reader.GetString(0);
        if (_groups.TryGetValue(name, out var group))
            return group;
        if (_groups.Count >= MaxGroups)
            return _others;
        return _groups[name] = new Group(name);
    }

    private List<ExchangeSummary> Largest(int limit) =>
    [
        .. _groups.Values.Append(_unnamed).Append(_others)
            .Where(group => group.Exchanges > 0)
            .OrderByDescending(group => group.Exchanges)
            .ThenBy(group => group.Name, StringComparer.Ordinal)
            .Take(limit)
            .Select(group => group.Summary()),
    ];

    private sealed class Group(string? name)
    {
        private readonly MicrosHistogram _duration = new();
        private readonly MicrosHistogram _firstByte = new();
        private long _errors, _promptTokens, _completionTokens, _costNanos, _unpriced;

        internal string? Name => name;

        internal long Exchanges { get; private set; }

        internal void Add(SqliteDataReader row)
        {
            var (prompt, completion) = (row.GetInt64(2), row.GetInt64(3));
            Exchanges++;
            _errors += (Outcome)row.GetInt32(1) is Outcome.Refused or Outcome.Failed or Outcome.Cut ? 1 : 0;
            _promptTokens += prompt;
            _completionTokens += completion;
            if (!row.IsDBNull(4))
                _costNanos += row.GetInt64(4);
            else if (prompt + completion > 0)
                _unpriced++;
            _duration.Add(row.GetInt64(5));
            if (!row.IsDBNull(6))
                _firstByte.Add(row.GetInt64(6));
        }

        internal ExchangeSummary Summary() => new(
            name, Exchanges, _errors, _promptTokens, _completionTokens, _costNanos, _unpriced,
            _duration.Percentiles(), _firstByte.Percentiles());
    }
}
