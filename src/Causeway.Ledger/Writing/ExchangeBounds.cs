namespace Causeway.Ledger.Writing;

/// <summary>
/// Callers choose some of the texts in a row (a model's name may be as long as a body), so texts are cut before rows gather in
/// memory. An ordinary row passes as it is.
/// </summary>
internal static class ExchangeBounds
{
    internal const int MaxText = 256;
    internal const int MaxAttempts = 2048;
    internal const int MaxParams = 2048;
    internal const int MaxSaid = 1024;

    internal static Exchange Apply(Exchange row) => Fits(row)
        ? row
        : row with
        {
            PlanHash = Cut(row.PlanHash, MaxText) ?? "",
            Key = Cut(row.Key, MaxText),
            Route = Cut(row.Route, MaxText),
            RouteReason = Cut(row.RouteReason, MaxText),
            RequestedModel = Cut(row.RequestedModel, MaxText),
            ServedModel = Cut(row.ServedModel, MaxText),
            Upstream = Cut(row.Upstream, MaxText),
            ErrorCode = Cut(row.ErrorCode, MaxText),
            Attempts = Cut(row.Attempts, MaxAttempts),
            UpstreamSaid = Cut(row.UpstreamSaid, MaxSaid),
            FinishReason = Cut(row.FinishReason, MaxText),
            PriceHash = Cut(row.PriceHash, MaxText),
            Params = Cut(row.Params, MaxParams),
            Operation = Cut(row.Operation, MaxText),
        };

    private static bool Fits(Exchange row) =>
        Fits(row.PlanHash) && Fits(row.Key) && Fits(row.Route) && Fits(row.RouteReason) && Fits(row.RequestedModel) && Fits(row.ServedModel)
        && Fits(row.Upstream) && Fits(row.ErrorCode) && Fits(row.FinishReason) && Fits(row.PriceHash)
        && (row.Attempts is null || row.Attempts.Length <= MaxAttempts) && (row.UpstreamSaid is null || row.UpstreamSaid.Length <= MaxSaid)
        && (row.Params is null || row.Params.Length <= MaxParams) && Fits(row.Operation);

    private static bool Fits(string? text) => text is null || text.Length <= MaxText;

    private static string? Cut(string? text, int most)
    {
        if (text is null || text.Length <= most)
            return text;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }
}
