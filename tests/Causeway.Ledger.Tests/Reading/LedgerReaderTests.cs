using System.Globalization;
using Causeway.Ledger.Reading;
using Causeway.Ledger.Storage;
using Causeway.Ledger.Tests.Support;
using Causeway.Wire.Chat;

namespace Causeway.Ledger.Tests.Reading;

public sealed class LedgerReaderTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LedgerState _ledger;

    public LedgerReaderTests() => _ledger = LedgerState.Open(_folder.Path, new(), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_newest_come_first_and_no_more_than_asked_for()
    {
        var rows = Some.Exchanges(60);
        using var reader = await ReaderOf([.. rows.Reverse()]);
        Assert.Equal(rows.Reverse().Take(50), Exchanges(reader.Recent(new())));
        Assert.Equal(rows.Reverse().Take(3), Exchanges(reader.Recent(new() { Limit = 3 })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_limit_out_of_range_is_refused(int limit)
    {
        using var reader = await ReaderOf();
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Recent(new() { Limit = limit }));
    }

    public static TheoryData<string, ExchangeFilter> Filters => new()
    {
        { "route", new() { Route = "code" } },
        { "asked for", new() { Model = "gpt-4.1" } },
        { "answered", new() { Model = "qwen3-coder-next" } },
        { "key", new() { Key = "o'brien\"; DROP TABLE exchanges; --" } },
        { "upstream", new() { Upstream = "vllm" } },
        { "status", new() { Status = new(429, 429) } },
        { "class", new() { Status = new(400, 499) } },
        { "outcome", new() { Outcome = Outcome.Refused } },
        { "since", new() { Since = Some.Noon.AddSeconds(1) } },
        { "until", new() { Since = Some.Noon.AddSeconds(1), Until = Some.Noon.AddSeconds(1).AddMicroseconds(1) } },
        { "all at once", new() { Route = "code", Model = "gpt-4.1", Status = new(400, 499), Since = Some.Noon, Outcome = Outcome.Refused } },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public async Task A_filter_finds_the_one_that_matches(string what, ExchangeFilter filter)
    {
        var odd = Some.Exchange(Some.Noon.AddSeconds(1)) with
        {
            Route = "code", RequestedModel = "gpt-4.1", ServedModel = "qwen3-coder-next", Key = "o'brien\"; DROP TABLE exchanges; --",
            Upstream = "vllm", Status = 429, Outcome = Outcome.Refused,
        };
        using var reader = await ReaderOf([.. Some.Exchanges(5), odd, .. Some.Exchanges(5)]);
        Assert.Equal([odd], Exchanges(reader.Recent(filter)));
        Assert.Equal([odd], Exchanges(reader.After(0, filter)));
        Assert.NotEmpty(what);
    }

    [Fact]
    public async Task A_request_is_found_by_the_beginning_of_its_id()
    {
        var rows = Some.Exchanges(20);
        using var reader = await ReaderOf(rows);
        var id = rows[7].Id.ToString();
        Assert.Equal([rows[7]], Exchanges(reader.Recent(new() { RequestId = id })));
        Assert.Contains(rows[7], Exchanges(reader.Recent(new() { RequestId = id[..13].ToUpperInvariant() })));
        Assert.Empty(reader.Recent(new() { RequestId = "zz" }));
        Assert.Empty(reader.Recent(new() { RequestId = "%" }));
    }

    [Fact]
    public async Task Following_sees_every_row_once_in_the_order_of_storing()
    {
        using var reader = await ReaderOf(Some.Exchanges(10));
        var last = reader.LastRow();
        Assert.Empty(reader.After(last, new()));
        var older = Some.Exchange(Some.Noon.AddDays(-1));
        _ledger.Record(older);
        await _ledger.FlushAsync(TestContext.Current.CancellationToken);
        var seen = Assert.Single(reader.After(last, new()));
        Assert.Equal(older, seen.Exchange);
        Assert.Empty(reader.After(seen.Row, new()));
    }

    [Fact]
    public async Task A_reader_works_while_rows_are_written_and_after_the_process_has_gone()
    {
        using (var reader = await ReaderOf(Some.Exchanges(3)))
        {
            foreach (var row in Some.Exchanges(4_000))
                _ledger.Record(row);
            await Eventually.Is(() => reader.Recent(new() { Limit = 10_000 }).Count == 4_003, "the reader sees all rows");
        }
        await _ledger.DisposeAsync();
        using var later = LedgerReader.Open(_folder.Path);
        Assert.Equal(4_003, later.LastRow());
    }

    [Theory]
    [MemberData(nameof(Plans), DisableDiscoveryEnumeration = true)]
    public async Task A_list_walks_an_index_and_sorts_nothing(ExchangeFilter filter, string index)
    {
        using var reader = await ReaderOf(Some.Exchanges(10));
        Assert.Equal([index], PlanOf(ExchangeQuery.Newest(filter)).Select(step => step.Split(" (")[0]));
    }

    public static TheoryData<ExchangeFilter, string> Plans => new()
    {
        { new(), "SCAN exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
        { new() { Since = Some.Noon }, "SEARCH exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
        { new() { Until = Some.Noon }, "SEARCH exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
        { new() { Route = "code" }, "SCAN exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
        { new() { Model = "gpt-4o" }, "SCAN exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
        { new() { Key = "ci", Upstream = "vllm", Outcome = Outcome.Cut }, "SCAN exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
        { new() { Status = new(500, 599), Since = Some.Noon }, "SEARCH exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1" },
    };

    [Fact]
    public async Task Following_and_a_whole_id_walk_their_own_indexes()
    {
        using var reader = await ReaderOf(Some.Exchanges(10));
        Assert.StartsWith("SEARCH exchange_rows USING INTEGER PRIMARY KEY", PlanOf(ExchangeQuery.After(5, new() { Route = "code" })).Single(), StringComparison.Ordinal);
        Assert.StartsWith("SEARCH exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1", PlanOf(ExchangeQuery.Newest(new() { RequestId = "019a" })).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removing_walks_the_index_of_ids_from_the_oldest_on()
    {
        using var reader = await ReaderOf(Some.Exchanges(10));
        Assert.Equal("SEARCH exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1 (id<?)", PlanOf(Retention.DeleteSlice, ("$lastId", Array.Empty<byte>()), ("$before", 1), ("$slice", 1))
            .First(step => step.Contains("INDEX", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Only_the_rows_of_a_summarys_time_are_read()
    {
        using var reader = await ReaderOf(Some.Exchanges(10));
        var query = ExchangeQuery.ForSummary(new() { Since = Some.Noon, Until = Some.Noon.AddHours(1) }, "outcome");
        Assert.Equal("SEARCH exchange_rows USING INDEX sqlite_autoindex_exchange_rows_1 (id>? AND id<?)", PlanOf(query).Single());
        Assert.Equal(5, Assert.Single(reader.Summary(new() { Since = Some.Noon.AddMilliseconds(2), Until = Some.Noon.AddMilliseconds(7) }, SummaryBy.Route)).Exchanges);
    }

    [Theory]
    [InlineData("0001-01-01", "9999-12-31", 10)]
    [InlineData("1969-01-01", "1970-01-01", 0)]
    public async Task A_time_beyond_what_an_id_can_tell_is_no_error(string since, string until, int count)
    {
        using var reader = await ReaderOf(Some.Exchanges(10));
        var filter = new ExchangeFilter { Since = Day(since), Until = Day(until) };
        Assert.Equal(count, reader.Recent(filter).Count);
    }

    [Fact]
    public async Task A_summary_counts_by_group()
    {
        using var reader = await ReaderOf(
        [
            .. Some.Exchanges(3),
            Some.Exchange() with { Route = "code", Outcome = Outcome.Failed, Status = 502, CostNanos = null, FirstByteMicros = null },
            Some.Exchange() with { Route = "code", Outcome = Outcome.ClientGone, Usage = new TokenUsage(0, 0), CostNanos = null, DurationMicros = 90 },
            Some.Exchange() with { Route = null, Outcome = Outcome.Refused },
        ]);
        var summary = reader.Summary(new(), SummaryBy.Route);
        Assert.Equal(["support-chat", "code", null], summary.Select(group => group.Name));
        Assert.Equal((3, 0, 360, 120, 252_000, 0), Numbers(summary[0]));
        Assert.Equal((2, 1, 120, 40, 0, 1), Numbers(summary[1]));
        Assert.Equal(new Percentiles(90, 1_400_000 / 8192 * 8192 + 8191), summary[1].Duration);
        Assert.Equal("support-chat", Assert.Single(reader.Summary(new() { Limit = 1 }, SummaryBy.Route)).Name);
        Assert.Equal("gpt-4o", Assert.Single(reader.Summary(new(), SummaryBy.Model)).Name);
    }

    [Fact]
    public async Task A_summary_bounds_the_groups_that_callers_can_make()
    {
        using var reader = await ReaderOf([.. Some.Exchanges(1_200).Select((row, i) => row with { RequestedModel = $"m{i}" })]);
        var summary = reader.Summary(new() { Limit = 10_000 }, SummaryBy.Model);
        Assert.Equal(1_001, summary.Count);
        Assert.Equal((ExchangeSummary.Others, 200), (summary[0].Name, summary[0].Exchanges));
    }

    private static (long, long, long, long, long, long) Numbers(ExchangeSummary group) =>
        (group.Exchanges, group.Errors, group.PromptTokens, group.CompletionTokens, group.CostNanos, group.Unpriced);

    private static IEnumerable<Exchange> Exchanges(IReadOnlyList<ExchangeRow> rows) => rows.Select(row => row.Exchange);

    private async Task<LedgerReader> ReaderOf(params Exchange[] rows)
    {
        foreach (var row in rows)
            _ledger.Record(row);
        await _ledger.FlushAsync(TestContext.Current.CancellationToken);
        return LedgerReader.Open(_folder.Path);
    }

    private static DateTimeOffset Day(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private List<string> PlanOf(ExchangeQuery query) => PlanOf(query.Sql, query.Parameters);

    private List<string> PlanOf(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var connection = _folder.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
            steps.Add(reader.GetString(3));
        // Names are looked up by their number, one at a time: that sorts nothing and scans nothing.
        steps.RemoveAll(step => step.StartsWith("CORRELATED SCALAR SUBQUERY", StringComparison.Ordinal) || step == "SEARCH names USING INTEGER PRIMARY KEY (rowid=?)");
        return steps;
    }
}
