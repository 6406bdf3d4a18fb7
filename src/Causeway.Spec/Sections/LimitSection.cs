using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Values;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

internal static class LimitSection
{
    private const long MinBody = 1L << 10;
    private const long MaxBody = 1L << 30;
    private const int MaxConcurrentRequests = 100_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static LimitsPlan Read(YamlNode? node, DiagnosticBag bag)
    {
        var defaults = new LimitsPlan();
        if (MapReader.Over(node, SpecShapes.Limits, "'limits'", bag) is not { } reader) return defaults;
        var limits = new LimitsPlan
        {
            Body = bag.Size(reader.Find("body"), "'body'", MinBody, MaxBody) ?? defaults.Body,
            ConcurrentRequests = bag.Integer(reader.Find("concurrentRequests"),
                "'concurrentRequests'", 1, MaxConcurrentRequests) ?? defaults.ConcurrentRequests,
            TimeToFirstToken = Read("timeToFirstToken") ?? defaults.TimeToFirstToken,
            Idle = Read("idle") ?? defaults.Idle,
            Total = Read("total") ?? defaults.Total,
        };
        WarnIfLonger(reader, "timeToFirstToken", limits.TimeToFirstToken, limits.Total, bag);
        WarnIfLonger(reader, "idle", limits.Idle, limits.Total, bag);
        return limits;

        TimeSpan? Read(string key) => bag.Duration(reader.Find(key), $"'{key}'", Shortest, Longest);
    }

    private static void WarnIfLonger(MapReader reader, string key, TimeSpan limit, TimeSpan total, DiagnosticBag bag)
    {
        if (limit <= total) return;
        var at = reader.Find(key)?.At ?? reader.Find("total")?.At ?? reader.At;
        bag.Add(DiagnosticRule.LimitWithoutEffect, at,
            $"'{key}' ({DurationText.Format(limit)}) is longer than 'total' ({DurationText.Format(total)}), which always comes first");
    }
}
