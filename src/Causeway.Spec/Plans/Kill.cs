using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Causeway.Spec.Plans;

/// <summary>What an operator can switch off.</summary>
public enum KillKind
{
    /// <summary>Its requests are refused.</summary>
    Route,
    /// <summary>It is asked nothing; other targets go on.</summary>
    Upstream,
}

/// <summary>One thing that is switched off.</summary>
/// <param name="Name">Of a route or an upstream of the spec; it may be one the spec does not have any more.</param>
/// <param name="Since">When it was switched off.</param>
/// <param name="Reason">The operator's words, for other operators; may be empty.</param>
public sealed record Kill(KillKind Kind, string Name, DateTimeOffset Since, string Reason);

/// <summary>Lays kills over a plan: the result is a plan of its own, with its own hash, so that every ledger row tells which one it ran under.</summary>
public static class PlanOverlay
{
    /// <summary>
    /// The same plan with these kills, or the plan as it was compiled when none of them names something it has. Pure. The hash covers kinds and
    /// names, not times and reasons.
    /// </summary>
    /// <param name="plan">As compiled, without kills.</param>
    public static Plan WithKills(Plan plan, IEnumerable<Kill> kills)
    {
        var names = kills.GroupBy(kill => kill.Kind).ToDictionary(group => group.Key, group => group.Select(kill => kill.Name).ToHashSet(StringComparer.Ordinal));
        var routes = Known(names.GetValueOrDefault(KillKind.Route), plan.Routes.All.Select(route => route.Name));
        var upstreams = Known(names.GetValueOrDefault(KillKind.Upstream), plan.Upstreams.Select(upstream => upstream.Name));
        if (routes.IsEmpty && upstreams.IsEmpty) return plan;
        var canonical = Canonical(plan.Canonical, routes, upstreams);
        return plan with { Hash = CanonicalPlan.HashOf(canonical), Canonical = canonical, KilledRoutes = routes, KilledUpstreams = upstreams };
    }

    private static ImmutableSortedSet<string> Known(HashSet<string>? killed, IEnumerable<string> names) =>
        killed is null ? [] : names.Where(killed.Contains).ToImmutableSortedSet(StringComparer.Ordinal);

    private static string Canonical(string canonical, ImmutableSortedSet<string> routes, ImmutableSortedSet<string> upstreams)
    {
        using var document = JsonDocument.Parse(canonical);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            var isWritten = false;
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!isWritten && string.CompareOrdinal(member.Name, "kills") > 0) isWritten = WriteKills(writer, routes, upstreams);
                writer.WritePropertyName(member.Name);
                writer.WriteRawValue(member.Value.GetRawText());
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool WriteKills(Utf8JsonWriter writer, ImmutableSortedSet<string> routes, ImmutableSortedSet<string> upstreams)
    {
        writer.WriteStartObject("kills");
        writer.WriteStartArray("routes");
        foreach (var name in routes) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteStartArray("upstreams");
        foreach (var name in upstreams) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteEndObject();
        return true;
    }
}
