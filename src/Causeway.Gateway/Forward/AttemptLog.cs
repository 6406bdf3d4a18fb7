using System.Globalization;
using System.Text;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Forward;

/// <summary>
/// What happened to one exchange at its upstreams, in order, as a person reads it:
/// <c>acme/gpt-4o 503 (12 ms) → waited 250 ms → acme/gpt-4o 200</c>. The time of an attempt that was answered is in the row already.
/// </summary>
internal sealed class AttemptLog
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    /// <param name="millis">How long the attempt took; null leaves it out.</param>
    /// <param name="queuedMillis">How much of that it stood in the line for a place.</param>
    public void Add(TargetPlan target, string result, long? millis = null, long queuedMillis = 0) =>
        _entries.Add(new Entry(target, result, millis, queuedMillis));

    /// <summary>It was this target's turn, but it was not asked.</summary>
    public void AddSkipped(TargetPlan target, string why) => _entries.Add(new Entry(target, why, null, 0));

    public void AddWait(TimeSpan wait) => _entries.Add(new Entry(null, "waited", (long)wait.TotalMilliseconds, 0));

    public void Clear() => _entries.Clear();

    public override string ToString()
    {
        if (_entries is [{ Target: { Region: null } only, Millis: null, QueuedMillis: 0 } entry])
            return only.Model is null ? $"{only.Upstream} {entry.Result}" : $"{only.Upstream}/{only.Model} {entry.Result}";
        var text = new StringBuilder();
        foreach (var each in _entries) Append(text.Append(text.Length > 0 ? " → " : ""), each);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Entry entry)
    {
        if (entry.Target is not { } target)
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry.Result} {entry.Millis} ms");
            return;
        }
        text.Append(target.Upstream);
        if (target.Model is not null) text.Append('/').Append(target.Model);
        if (target.Region is not null) text.Append('@').Append(target.Region);
        text.Append(' ').Append(entry.Result);
        if (entry.Millis is { } millis) text.Append(CultureInfo.InvariantCulture, $" ({millis} ms)");
        if (entry.QueuedMillis > 0) text.Append(CultureInfo.InvariantCulture, $" (queued {entry.QueuedMillis} ms)");
    }

    private readonly record struct Entry(TargetPlan? Target, string Result, long? Millis, long QueuedMillis);
}
