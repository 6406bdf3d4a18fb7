using System.Text.Json;

namespace Causeway.Spec.Plans;

/// <summary>The part of <see cref="CanonicalPlan"/> that is about embedded models. Keys in ordinal order; what depends on the machine is left out.</summary>
internal static class CanonicalEmbedded
{
    public static void Write(Utf8JsonWriter writer, UpstreamPlan upstream, EmbeddedPlan embedded)
    {
        CanonicalResilience.WriteBounds(writer, upstream);
        if (embedded.Context is { } context) writer.WriteNumber("context", context);
        if (embedded.Memory is { } memory) writer.WriteNumber("memory", memory);
        if (embedded.Models is { } models) writer.WriteString("models", models);
        if (embedded.OfferTuned) writer.WriteBoolean("offerTuned", true);
        writer.WriteNumber("queue", embedded.Queue);
        if (embedded.Threads is { } threads) writer.WriteNumber("threads", threads);
        writer.WriteString("type", PlanWords.Kind(upstream.Kind));
        CanonicalPlan.WriteDuration(writer, "unloadAfter", embedded.UnloadAfter);
        CanonicalResilience.WriteWarm(writer, upstream.Warm);
    }
}
