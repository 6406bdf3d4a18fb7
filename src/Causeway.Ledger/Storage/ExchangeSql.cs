using Microsoft.Data.Sqlite;

namespace Causeway.Ledger.Storage;

/// <summary>The row of <c>exchanges</c>: the one place where columns meet members. Order is the contract between the three members.</summary>
internal static class ExchangeSql
{
    internal const int Parameters = 30;

    internal const string Columns = $"id_bytes, {AfterId}";

    private const string AfterId =
        "started_at, plan, key, route, requested_model, served_model, upstream, status, outcome, error_code, stream, attempts, "
        + "finish_reason, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, usage_source, price_table, cost_nanos, "
        + "first_byte_micros, duration_micros, overhead_micros, request_bytes, response_bytes, upstream_said, route_reason, params, operation";

    /// <summary>A row that is already there is left alone: replaying a spill file twice does no harm.</summary>
    internal const string Insert =
        $"INSERT INTO exchange_rows (id, {AfterId}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING";

    /// <summary>Binds every column; parameters count from 1.</summary>
    internal static void Bind(BoundStatement statement, NameTable names, Exchange row)
    {
        statement.Id(1, row.Id);
        statement.Number(2, row.StartedAt);
        statement.Number(3, names.IdOf(3, row.PlanHash));
        statement.Number(4, names.IdOf(4, row.Key));
        statement.Number(5, names.IdOf(5, row.Route));
        statement.Number(6, names.IdOf(6, row.RequestedModel));
        statement.Number(7, names.IdOf(7, row.ServedModel));
        statement.Number(8, names.IdOf(8, row.Upstream));
        statement.Number(9, row.Status);
        statement.Number(10, (int)row.Outcome);
        statement.Number(11, names.IdOf(11, row.ErrorCode));
        statement.Number(12, row.Stream ? 1 : 0);
        statement.Text(13, row.Attempts);
        statement.Number(14, names.IdOf(14, row.FinishReason));
        statement.Number(15, row.Usage.Prompt);
        statement.Number(16, row.Usage.Completion);
        statement.Number(17, row.Usage.Cached);
        statement.Number(18, row.Usage.Reasoning);
        statement.Number(19, (int)row.UsageSource);
        statement.Number(20, names.IdOf(20, row.PriceHash));
        statement.Number(21, row.CostNanos);
        statement.Number(22, row.FirstByteMicros);
        statement.Number(23, row.DurationMicros);
        statement.Number(24, row.OverheadMicros);
        statement.Number(25, row.RequestBytes);
        statement.Number(26, row.ResponseBytes);
        statement.Text(27, row.UpstreamSaid);
        statement.Text(28, row.RouteReason);
        statement.Text(29, row.Params);
        statement.Number(30, names.IdOf(30, row.Operation));
    }

    /// <summary>Reads a row whose columns begin at ordinal <paramref name="at"/>.</summary>
    internal static Exchange Read(SqliteDataReader reader, int at) => new()
    {
        Id = new Guid(reader.GetFieldValue<byte[]>(at), bigEndian: true),
        StartedAt = reader.GetInt64(at + 1),
        PlanHash = Text(reader, at + 2) ?? "",
        Key = Text(reader, at + 3),
        Route = Text(reader, at + 4),
        RequestedModel = Text(reader, at + 5),
        ServedModel = Text(reader, at + 6),
        Upstream = Text(reader, at + 7),
        Status = reader.GetInt32(at + 8),
        Outcome = (Outcome)reader.GetInt32(at + 9),
        ErrorCode = Text(reader, at + 10),
        Stream = reader.GetInt32(at + 11) != 0,
        Attempts = Text(reader, at + 12),
        FinishReason = Text(reader, at + 13),
        Usage = new(reader.GetInt64(at + 14), reader.GetInt64(at + 15), reader.GetInt64(at + 16), reader.GetInt64(at + 17)),
        UsageSource = (UsageSource)reader.GetInt32(at + 18),
        PriceHash = Text(reader, at + 19),
        CostNanos = Number(reader, at + 20),
        FirstByteMicros = Number(reader, at + 21),
        DurationMicros = reader.GetInt64(at + 22),
        OverheadMicros = reader.GetInt64(at + 23),
        RequestBytes = reader.GetInt64(at + 24),
        ResponseBytes = reader.GetInt64(at + 25),
        UpstreamSaid = Text(reader, at + 26),
        RouteReason = Text(reader, at + 27),
        Params = Text(reader, at + 28),
        Operation = Text(reader, at + 29),
    };

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static long? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
