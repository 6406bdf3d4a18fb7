using Causeway.Wire.Chat;

namespace Causeway.Ledger;

/// <summary>How an exchange ended. Stored by number: append only, never renumber (a test holds the numbers).</summary>
public enum Outcome
{
    Succeeded = 0,
    /// <summary>Refused by the gateway before an upstream was asked.</summary>
    Refused = 1,
    /// <summary>No upstream gave an answer; the caller got an error status.</summary>
    Failed = 2,
    /// <summary>The answer broke off after its first byte; the caller got an in-band error.</summary>
    Cut = 3,
    /// <summary>The caller hung up or stopped reading; settled with what was streamed.</summary>
    ClientGone = 4,
}

/// <summary>Where token counts come from. Stored by number: append only.</summary>
public enum UsageSource
{
    None = 0,
    /// <summary>The upstream stated them.</summary>
    Upstream = 1,
    /// <summary>The gateway estimated them, because the upstream stated none or nonsense.</summary>
    Counted = 2,
}

/// <summary>One settled exchange: a ledger row. Written once, never changed.</summary>
public sealed record Exchange
{
    // One row is allocated for every request: a long and "none" in eight bytes, zero being none and long.MinValue the price of it.
    private readonly long _cost;
    private readonly long _firstByte;

    // Few rows have any of these: together they cost the others one reference.
    private readonly RareTexts? _rare;

    /// <summary>UUIDv7 of the millisecond of <see cref="StartedAt"/>, the caller's <c>x-causeway-request-id</c>: the ledger finds times by it.</summary>
    public required Guid Id { get; init; }
    /// <summary>Microseconds since the Unix epoch.</summary>
    public required long StartedAt { get; init; }
    public required string PlanHash { get; init; }
    public string? Key { get; init; }
    public string? Route { get; init; }
    /// <summary>Why this route and this target first: <c>task=code; reason=diff; sticky=user; degraded=budget</c>. Null for a plain route.</summary>
    public string? RouteReason { get; init; }
    public string? RequestedModel { get; init; }
    /// <summary>The upstream's name of the model that answered.</summary>
    public string? ServedModel { get; init; }
    public string? Upstream { get; init; }
    public required int Status { get; init; }
    public required Outcome Outcome { get; init; }
    /// <summary><c>error.code</c> the caller saw, if any.</summary>
    public string? ErrorCode { get; init; }
    public bool Stream { get; init; }
    /// <summary>What was tried, in order, readable: <c>acme/gpt-4o 503 (12 ms) → bedrock/deepseek 200</c>.</summary>
    public string? Attempts { get; init; }
    /// <summary>The last error text of an upstream, cleaned of secrets and addresses, also where a later attempt succeeded; null when none said anything.</summary>
    public string? UpstreamSaid { get => _rare?.UpstreamSaid; init => _rare = RareTexts.Of(value, Params, Operation); }
    public string? FinishReason { get; init; }
    public TokenUsage Usage { get; init; }
    public UsageSource UsageSource { get; init; }
    public string? PriceHash { get; init; }
    /// <summary>Nano-dollars by the table <see cref="PriceHash"/>; null when the model has no price.</summary>
    public long? CostNanos { get => Optional(_cost); init => _cost = Packed(value); }
    /// <summary>Microseconds from the request's arrival to the first byte of the answer's body; null when there was none.</summary>
    public long? FirstByteMicros { get => Optional(_firstByte); init => _firstByte = Packed(value); }
    public required long DurationMicros { get; init; }
    /// <summary>Duration without the time spent waiting for the upstream or for the caller to read.</summary>
    public required long OverheadMicros { get; init; }
    public long RequestBytes { get; init; }
    public long ResponseBytes { get; init; }
    /// <summary>What became of the parts of the request that did not leave as they came, as the caller was told: <c>seed=dropped</c>. Null when all did.</summary>
    public string? Params { get => _rare?.Params; init => _rare = RareTexts.Of(UpstreamSaid, value, Operation); }
    /// <summary>What was asked for: <c>completions</c>, <c>embeddings</c>, <c>tokenize</c>. Null for chat completions.</summary>
    public string? Operation { get => _rare?.Operation; init => _rare = RareTexts.Of(UpstreamSaid, Params, value); }

    private sealed record RareTexts(string? UpstreamSaid, string? Params, string? Operation)
    {
        public static RareTexts? Of(string? upstreamSaid, string? @params, string? operation) =>
            upstreamSaid is null && @params is null && operation is null ? null : new RareTexts(upstreamSaid, @params, operation);
    }

    private static long Packed(long? value) => value is { } number ? number ^ long.MinValue : 0;

    private static long? Optional(long packed) => packed == 0 ? null : packed ^ long.MinValue;
}
