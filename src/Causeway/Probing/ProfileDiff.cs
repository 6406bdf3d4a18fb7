using Causeway.Spec.Profiles;

namespace Causeway.Probing;

/// <summary>What two profiles say differently.</summary>
internal static class ProfileDiff
{
    /// <summary>Prints one line for each difference; true when something that was native is absent now.</summary>
    public static bool Write(TextWriter output, CapabilityProfile older, CapabilityProfile newer)
    {
        var changed = Features.All.Where(feature => older.Of(feature) != newer.Of(feature)).ToList();
        var isWorse = false;
        foreach (var feature in changed)
        {
            var worse = older.Of(feature) == Support.Native && newer.Of(feature) == Support.Absent;
            isWorse |= worse;
            output.WriteLine($"{(worse ? "worse" : "changed"),-9}{Features.IdOf(feature)}: {ProfileWords.Of(older.Of(feature))} -> {ProfileWords.Of(newer.Of(feature))}  {newer.FactOf(feature).Evidence}");
        }
        if (older.Reasoning != newer.Reasoning) output.WriteLine($"{"changed",-9}reasoning: {older.Reasoning} -> {newer.Reasoning}");
        if (changed.Count == 0) output.WriteLine($"No feature changed since {older.Measured?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "the older profile"}.");
        return isWorse;
    }
}
