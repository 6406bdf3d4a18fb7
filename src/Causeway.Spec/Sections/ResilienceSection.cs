using System.Globalization;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads what upstreams and routes say about faults: <c>concurrency</c>, <c>breaker</c>, <c>warm</c>, <c>retry</c>.</summary>
internal static class ResilienceSection
{
    private const int MaxAttempts = 20;
    private const int MaxConcurrency = 100_000;
    private const int MaxFailures = 1000;
    private const int MaxWarmConnections = 256;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The same upstream with what these keys say. Every type of upstream takes them.</summary>
    public static UpstreamPlan? Add(UpstreamPlan? upstream, MapReader? reader, DiagnosticBag bag)
    {
        if (reader is null) return upstream;
        var concurrency = ReadConcurrency(reader.Find("concurrency"), bag);
        var breaker = ReadBreaker(reader.Find("breaker"), bag);
        var warm = ReadWarm(reader.Find("warm"), bag);
        return upstream is null ? null : upstream with { Concurrency = concurrency, Breaker = breaker, Warm = warm };
    }

    public static RetryPlan? ReadRetry(YamlNode? node, DiagnosticBag bag)
    {
        if (MapReader.Over(node, ResilienceShapes.Retry, "'retry'", bag) is not { } reader) return null;
        var defaults = RetryPlan.Default;
        return new RetryPlan(
            bag.Integer(reader.Find("attempts"), "'attempts'", 1, MaxAttempts) ?? defaults.Attempts,
            bag.Duration(reader.Find("perAttempt"), "'perAttempt'", Shortest, Longest),
            Percent(reader.Find("budget"), bag) ?? defaults.BudgetPercent);
    }

    private static ConcurrencyPlan? ReadConcurrency(YamlNode? node, DiagnosticBag bag)
    {
        if (MapReader.Over(node, ResilienceShapes.Concurrency, "'concurrency'", bag) is not { } reader) return null;
        var defaults = ConcurrencyPlan.Default;
        return new ConcurrencyPlan(
            bag.Integer(reader.Find("max"), "'max'", 1, MaxConcurrency) ?? defaults.Max,
            bag.Integer(reader.Find("queue"), "'queue'", 0, MaxConcurrency) ?? defaults.Queue,
            bag.Duration(reader.Find("wait"), "'wait'", Shortest, Longest) ?? defaults.Wait);
    }

    private static BreakerPlan? ReadBreaker(YamlNode? node, DiagnosticBag bag)
    {
        if (MapReader.Over(node, ResilienceShapes.Breaker, "'breaker'", bag) is not { } reader) return null;
        var defaults = BreakerPlan.Default;
        return new BreakerPlan(
            bag.Integer(reader.Find("failures"), "'failures'", 1, MaxFailures) ?? defaults.Failures,
            bag.Duration(reader.Find("window"), "'window'", Shortest, Longest) ?? defaults.Window,
            bag.Duration(reader.Find("open"), "'open'", Shortest, Longest) ?? defaults.Open);
    }

    private static WarmPlan? ReadWarm(YamlNode? node, DiagnosticBag bag)
    {
        if (MapReader.Over(node, ResilienceShapes.Warm, "'warm'", bag) is not { } reader) return null;
        var defaults = WarmPlan.Default;
        return new WarmPlan(
            bag.Integer(reader.Find("connections"), "'connections'", 1, MaxWarmConnections) ?? defaults.Connections,
            bag.Duration(reader.Find("every"), "'every'", TimeSpan.FromSeconds(1), Longest) ?? defaults.Every);
    }

    private static int? Percent(YamlNode? node, DiagnosticBag bag)
    {
        if (node is null or YamlRefused) return null;
        if (node is YamlScalar { Kind: ScalarKind.Text } scalar && scalar.Text.EndsWith('%')
            && int.TryParse(scalar.Text.AsSpan(0, scalar.Text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100) return percent;
        return bag.Invalid<int>(DiagnosticRule.WrongType, node, "'budget' must be a share of the requests from 0% to 100%, such as 20%");
    }
}
