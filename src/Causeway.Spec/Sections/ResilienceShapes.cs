using System.Collections.Immutable;
using Causeway.Spec.Plans;
using Causeway.Spec.Values;

namespace Causeway.Spec.Sections;

/// <summary>The mappings of a spec that say what happens when an upstream fails. Part of <see cref="SpecShapes.All"/>.</summary>
internal static class ResilienceShapes
{
    private const string Span = "duration from 1ms to 1h";

    public static readonly MapShape Concurrency = new("upstreams.<name>.concurrency",
        "How much one upstream is given at once. Who finds it full waits in a short line, then the next target is tried, then the caller gets a 429.",
        """
        upstreams:
          acme-openai:
            type: openai-compatible
            baseUrl: https://api.openai.com/v1
            concurrency: { max: 64, queue: 32, wait: 2s }
        """,
        [
            new("max", "whole number from 1 to 100000", null, "Requests in progress at this upstream, until the last byte of the answer."),
            new("queue", "whole number from 0 to 100000", $"`{ConcurrencyPlan.Default.Queue}`", "Requests that may wait for a place, first come, first served."),
            new("wait", Span, Of(ConcurrencyPlan.Default.Wait), "How long one waits at most."),
        ]);

    public static readonly MapShape Breaker = new("upstreams.<name>.breaker",
        "When a model of this upstream (in its Region) is left alone. Only the upstream's faults count: 5xx, 429, timeouts, broken connections, " +
        "invalid answers; never a caller's mistake. When the time is over a single request tries it, then two, four, … up to all. " +
        "**With** this key a target whose breaker is open is not asked, and a route without another answers 503. **Without** it the default " +
        "numbers apply, and such a target only goes to the end of the line: it is still asked when no other answers.",
        """
        upstreams:
          acme-openai:
            type: openai-compatible
            baseUrl: https://api.openai.com/v1
            breaker: { failures: 5, window: 30s, open: 15s }
        """,
        [
            new("failures", "whole number from 1 to 1000", $"`{BreakerPlan.Default.Failures}`", "Faults in a row that open it."),
            new("window", Span, Of(BreakerPlan.Default.Window), "Within this time."),
            new("open", Span, Of(BreakerPlan.Default.Open), "How long it stays open, give or take a fifth; a longer `Retry-After` of up to a minute is honoured."),
        ]);

    public static readonly MapShape Warm = new("upstreams.<name>.warm",
        "Connections that are open before the first request: TCP and TLS are done at the start and after a reload.",
        """
        upstreams:
          acme-openai:
            type: openai-compatible
            baseUrl: https://api.openai.com/v1
            warm: { connections: 2, every: 30s }
        """,
        [
            new("connections", "whole number from 1 to 256", $"`{WarmPlan.Default.Connections}`", "How many; over `h2` one carries all."),
            new("every", "duration from 1s to 1h", Of(WarmPlan.Default.Every), "How often each is used by a `GET …/models`, so that it stays open."),
        ]);

    public static readonly MapShape Retry = new("routes.<name>.retry",
        "How often a request is sent before its first byte. The targets are tried in order; when all have failed in a way that another try may " +
        "mend, they are tried again after a wait (jittered, or the upstream's `Retry-After`). Without this key each target is tried once. " +
        "A timeout is never repeated at the same target: the first try may still be running, and billed.",
        """
        routes:
          support-chat:
            match: { model: gpt-4o }
            targets: [ { upstream: acme-openai } ]
            retry: { attempts: 3, perAttempt: 30s, budget: 20% }
        """,
        [
            new("attempts", "whole number from 1 to 20", $"`{RetryPlan.Default.Attempts}`", "Attempts in all, over all targets."),
            new("perAttempt", Span, "the limits", "An attempt's time until its first event, or until the head of a whole answer."),
            new("budget", "percentage from `0%` to `100%`", $"`{RetryPlan.Default.BudgetPercent}%`",
                "Repeats in percent of the route's requests, so that retries cannot multiply an outage. Going on to another target is no repeat."),
        ]);

    /// <summary>Keys of every type of upstream.</summary>
    public static readonly ImmutableArray<KeyShape> UpstreamKeys =
    [
        new("concurrency", "mapping", "no bound", "How many requests it is given at once."),
        new("breaker", "mapping", "it goes to the end of the line", "When it is left alone after faults."),
        new("warm", "mapping", "none", "Connections that are kept open for it."),
    ];

    /// <summary>In the order of the reference.</summary>
    public static readonly ImmutableArray<MapShape> All = [Concurrency, Breaker, Warm, Retry];

    private static string Of(TimeSpan duration) => $"`{DurationText.Format(duration)}`";
}
