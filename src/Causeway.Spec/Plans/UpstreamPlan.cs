using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>What answers: <c>type</c> in the spec.</summary>
public enum UpstreamKind
{
    OpenAiCompatible,
    Rehearsal,
    Bedrock,
    /// <summary>Models in the gateway's own process.</summary>
    Embedded,
}

/// <summary>Which version of HTTP an upstream is spoken to in.</summary>
public enum UpstreamHttp
{
    /// <summary>Over TLS what ALPN agrees on, h2 preferred; in clear text HTTP/1.1.</summary>
    Auto,
    Http11,
    /// <summary>h2 only; in clear text by prior knowledge.</summary>
    Http2,
}

/// <summary>Where requests can be sent. Equal content means equal record, so connections survive a reload that did not touch it.</summary>
public sealed record UpstreamPlan
{
    public required string Name { get; init; }
    public required UpstreamKind Kind { get; init; }

    /// <summary>
    /// Without a trailing slash, e.g. <c>https://api.openai.com/v1</c>. Null for every kind but <see cref="UpstreamKind.OpenAiCompatible"/>.
    /// A URL without any path still ends in one, because <see cref="Uri"/> puts it there: trim before appending.
    /// </summary>
    public Uri? BaseUrl { get; init; }

    public SecretText? ApiKey { get; init; }
    public UpstreamHttp Http { get; init; }

    /// <summary>Sent with every request to this upstream, in order of name.</summary>
    public ImmutableArray<HeaderPlan> Headers { get; init; } = [];

    /// <summary>Only for <see cref="UpstreamKind.Rehearsal"/>.</summary>
    public RehearsalPlan? Rehearsal { get; init; }

    /// <summary>Only for <see cref="UpstreamKind.Bedrock"/>.</summary>
    public BedrockPlan? Bedrock { get; init; }

    /// <summary>Only for <see cref="UpstreamKind.Embedded"/>.</summary>
    public EmbeddedPlan? Embedded { get; init; }

    /// <summary>The caller may read what the upstream said in an error, cleaned, where the table of errors would keep it back.</summary>
    public bool ShowErrors { get; init; }

    /// <summary>Null: as many requests at once as come.</summary>
    public ConcurrencyPlan? Concurrency { get; init; }

    /// <summary>
    /// Null: <see cref="BreakerPlan.Default"/>, and a target whose breaker is open only goes to the end of the line. Otherwise it is not asked at all.
    /// </summary>
    public BreakerPlan? Breaker { get; init; }

    /// <summary>Null: connections are opened when they are needed.</summary>
    public WarmPlan? Warm { get; init; }

    // Written out because arrays compare by reference: what a record makes by itself would never find two compilations equal.
    public bool Equals(UpstreamPlan? other) =>
        other is not null && Name == other.Name && Kind == other.Kind && BaseUrl == other.BaseUrl && Http == other.Http
        && Equals(ApiKey, other.ApiKey) && Equals(Rehearsal, other.Rehearsal) && Headers.AsSpan().SequenceEqual(other.Headers.AsSpan())
        && Equals(Bedrock, other.Bedrock) && Embedded == other.Embedded && ShowErrors == other.ShowErrors
        && Concurrency == other.Concurrency && Breaker == other.Breaker && Warm == other.Warm;

    public override int GetHashCode() => HashCode.Combine(Name, Kind, BaseUrl, ApiKey, Http, Headers.Length, Rehearsal);
}

/// <summary>A header of the operator's, which may hold a secret.</summary>
public sealed record HeaderPlan(string Name, SecretText Value);

/// <summary>How the rehearsal upstream plays.</summary>
/// <param name="FirstTokenDelay">Wait before the first event (or the whole answer).</param>
/// <param name="TokenDelay">Wait between two tokens; a whole answer takes the sum.</param>
/// <param name="Faults">Injected deterministically by request number, in this order; the first that hits wins.</param>
public sealed record RehearsalPlan(TimeSpan FirstTokenDelay, TimeSpan TokenDelay, ImmutableArray<FaultPlan> Faults)
{
    public bool Equals(RehearsalPlan? other) =>
        other is not null && FirstTokenDelay == other.FirstTokenDelay && TokenDelay == other.TokenDelay
            && Faults.AsSpan().SequenceEqual(other.Faults.AsSpan());

    public override int GetHashCode() => HashCode.Combine(FirstTokenDelay, TokenDelay, Faults.Length);
}

/// <summary>Every <paramref name="Every"/>-th request suffers <paramref name="Kind"/>.</summary>
public sealed record FaultPlan(FaultKind Kind, int Every);

/// <summary>What the rehearsal can do wrong on purpose.</summary>
public enum FaultKind
{
    /// <summary>429 with <c>Retry-After: 1</c>.</summary>
    RateLimit,
    /// <summary>500 with an OpenAI error body.</summary>
    ServerError,
    /// <summary>Never answers.</summary>
    Hang,
    /// <summary>The connection breaks before the answer.</summary>
    Reset,
    /// <summary>The stream ends in the middle; a whole answer is cut in half.</summary>
    Cut,
    /// <summary>The stream stops sending but stays open.</summary>
    Stall,
    /// <summary>200 with an HTML page.</summary>
    Html,
}
