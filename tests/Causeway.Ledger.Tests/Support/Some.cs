using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Ledger.Tests.Support;

/// <summary>Exchanges for tests.</summary>
internal static class Some
{
    internal static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<string?> Text = Gen.OneOf(
        Gen.Const((string?)null), Gen.Const((string?)""), Gen.String[0, 40].Select(text => (string?)text.ReplaceLoneSurrogates()));

    private static readonly Gen<long?> Maybe = Gen.Long.Where(number => number != long.MinValue).Nullable();

    /// <summary>Any row that fits the bounds, with every kind of character in its texts.</summary>
    internal static readonly Gen<Exchange> AnyExchange =
        from id in Gen.Guid
        from texts in Text.Array[10]
        from plan in Gen.String[0, 20]
        from numbers in Gen.Long.Array[9]
        from cost in Maybe
        from firstByte in Maybe
        from status in Gen.Int[0, 999]
        from outcome in Gen.Enum<Outcome>()
        from source in Gen.Enum<UsageSource>()
        from stream in Gen.Bool
        select new Exchange
        {
            Id = id, StartedAt = numbers[0], PlanHash = plan.ReplaceLoneSurrogates(), Key = texts[0], Route = texts[1], RequestedModel = texts[2],
            ServedModel = texts[3], Upstream = texts[4], Status = status, Outcome = outcome, ErrorCode = texts[5], Stream = stream,
            Attempts = texts[6], FinishReason = texts[7], Usage = new TokenUsage(numbers[1], numbers[2], numbers[3], numbers[4]),
            UsageSource = source, PriceHash = texts[8], CostNanos = cost, FirstByteMicros = firstByte, DurationMicros = numbers[5],
            OverheadMicros = numbers[6], RequestBytes = numbers[7], ResponseBytes = numbers[8], RouteReason = texts[9],
            Params = texts[5],
        };

    internal static Exchange Exchange(DateTimeOffset? at = null) => new()
    {
        Id = Guid.CreateVersion7(at ?? Noon),
        StartedAt = (at ?? Noon).ToUnixTimeMilliseconds() * 1_000,
        PlanHash = "sha256:0f3a",
        Key = "ci",
        Route = "support-chat",
        RouteReason = "task=code; reason=diff; sticky=user",
        RequestedModel = "gpt-4o",
        ServedModel = "minimax.minimax-m2.1",
        Upstream = "bedrock",
        Status = 200,
        Outcome = Outcome.Succeeded,
        Stream = true,
        Attempts = "bedrock/minimax.minimax-m2.1 200",
        FinishReason = "stop",
        UpstreamSaid = "Too many tokens, please wait before trying again.",
        Usage = new TokenUsage(120, 40, 100, 8),
        UsageSource = UsageSource.Upstream,
        PriceHash = "sha256:77aa",
        CostNanos = 84_000,
        FirstByteMicros = 210_000,
        DurationMicros = 1_400_000,
        OverheadMicros = 180,
        RequestBytes = 900,
        ResponseBytes = 5_000,
    };

    internal static Exchange[] Exchanges(int count) => [.. Enumerable.Range(0, count).Select(i => Exchange(Noon.AddMilliseconds(i)))];

    private static string ReplaceLoneSurrogates(this string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
