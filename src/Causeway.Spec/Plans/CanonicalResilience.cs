using System.Text.Json;

namespace Causeway.Spec.Plans;

/// <summary>The members of the canonical plan that bound faults. What a spec does not say is not written, so it does not change a hash.</summary>
internal static class CanonicalResilience
{
    /// <summary><c>breaker</c> and <c>concurrency</c>, in this order.</summary>
    public static void WriteBounds(Utf8JsonWriter writer, UpstreamPlan upstream)
    {
        if (upstream.Breaker is { } breaker)
        {
            writer.WriteStartObject("breaker");
            writer.WriteNumber("failures", breaker.Failures);
            CanonicalPlan.WriteDuration(writer, "open", breaker.Open);
            CanonicalPlan.WriteDuration(writer, "window", breaker.Window);
            writer.WriteEndObject();
        }
        if (upstream.Concurrency is not { } concurrency) return;
        writer.WriteStartObject("concurrency");
        writer.WriteNumber("max", concurrency.Max);
        writer.WriteNumber("queue", concurrency.Queue);
        CanonicalPlan.WriteDuration(writer, "wait", concurrency.Wait);
        writer.WriteEndObject();
    }

    public static void WriteWarm(Utf8JsonWriter writer, WarmPlan? warm)
    {
        if (warm is null) return;
        writer.WriteStartObject("warm");
        writer.WriteNumber("connections", warm.Connections);
        CanonicalPlan.WriteDuration(writer, "every", warm.Every);
        writer.WriteEndObject();
    }

    public static void WriteRetry(Utf8JsonWriter writer, RetryPlan? retry)
    {
        if (retry is null) return;
        writer.WriteStartObject("retry");
        writer.WriteNumber("attempts", retry.Attempts);
        writer.WriteNumber("budgetPercent", retry.BudgetPercent);
        if (retry.PerAttempt is { } perAttempt) CanonicalPlan.WriteDuration(writer, "perAttempt", perAttempt);
        writer.WriteEndObject();
    }
}
