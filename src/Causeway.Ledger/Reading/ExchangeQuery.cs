using System.Text;
using Causeway.Ledger.Storage;

namespace Causeway.Ledger.Reading;

/// <summary>Turns a filter into SQL. The text is put together from constants only; every value is a parameter.</summary>
internal sealed class ExchangeQuery
{
    private readonly StringBuilder _where = new();
    private readonly List<(string Name, object? Value)> _parameters = [];

    private ExchangeQuery(ExchangeFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filter.Limit, 1, nameof(filter));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(filter.Limit, ExchangeFilter.MaxLimit, nameof(filter));
        And("started_at >= $since", "$since", filter.Since?.ToUnixMicroseconds());
        And("started_at < $until", "$until", filter.Until?.ToUnixMicroseconds());
        And("route = $route", "$route", filter.Route);
        And("(requested_model = $model OR served_model = $model)", "$model", filter.Model);
        And("key = $key", "$key", filter.Key);
        And("upstream = $upstream", "$upstream", filter.Upstream);
        And("status >= $first", "$first", filter.Status?.First);
        And("status <= $last", "$last", filter.Status?.Last);
        And("outcome = $outcome", "$outcome", (int?)filter.Outcome);
        AndRequestId(filter.RequestId);
        Limit = filter.Limit;
    }

    internal int Limit { get; }

    internal ReadOnlySpan<(string Name, object? Value)> Parameters => _parameters.ToArray();

    internal string Sql { get; private set; } = "";

    // Ids sort by start, to the microsecond where the gateway made them: one index serves a beginning of an id and a time.
    internal static ExchangeQuery Newest(ExchangeFilter filter) => new ExchangeQuery(filter).AndIdsOf(filter).Select("ORDER BY id_bytes DESC");

    internal static ExchangeQuery After(long row, ExchangeFilter filter)
    {
        var query = new ExchangeQuery(filter);
        query.And("row > $after", "$after", row);
        return query.Select("ORDER BY row");
    }

    internal static ExchangeQuery ForSummary(ExchangeFilter filter, string columns)
    {
        var query = new ExchangeQuery(filter).AndIdsOf(filter);
        query.Sql = $"SELECT {columns} FROM exchanges {query._where}";
        return query;
    }

    private ExchangeQuery Select(string order)
    {
        _parameters.Add(("$limit", Limit));
        Sql = $"SELECT row, {ExchangeSql.Columns} FROM exchanges {_where} {order} LIMIT $limit";
        return this;
    }

    /// <summary>The same span of time again, in terms of the index.</summary>
    private ExchangeQuery AndIdsOf(ExchangeFilter filter)
    {
        if (filter.Since is { } since) And("id_bytes >= $firstId", "$firstId", IdTime.AtOrBefore(since));
        if (filter.Until is { } until) And("id_bytes <= $lastId", "$lastId", IdTime.AtOrAfter(until));
        return this;
    }

    private void And(string condition, string parameter, object? value)
    {
        if (value is null)
            return;
        _where.Append(_where.Length == 0 ? "WHERE " : " AND ").Append(condition);
        _parameters.Add((parameter, value));
    }

    private void AndRequestId(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix))
            return;
        var digits = prefix.Replace("-", "", StringComparison.Ordinal);
        if (digits.Length > 32 || !digits.All(char.IsAsciiHexDigit))
        {
            And("id_bytes IS $none", "$none", "no id begins like this");
            return;
        }
        // Stored as the bytes of the hex digits: an id with this prefix lies between the prefix filled up with 0 and with f.
        And("id_bytes >= $id", "$id", Convert.FromHexString(digits.PadRight(32, '0')));
        And("id_bytes <= $idEnd", "$idEnd", Convert.FromHexString(digits.PadRight(32, 'f')));
    }
}
