using System.Globalization;
using System.Text.Json;

namespace Causeway.Tuning.Client;

/// <summary>A job as it goes on: asked again and again, each event seen once.</summary>
internal sealed class JobFeed(TuneClient client, string id)
{
    private const int Page = 100;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public JsonElement Job { get; private set; }

    /// <summary>Loss by step.</summary>
    public SortedDictionary<int, double> Train { get; } = [];

    /// <summary>Loss over the holdout by step, where it was measured.</summary>
    public SortedDictionary<int, double> Valid { get; } = [];

    public bool HasEnded => Job.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled" or "paused";

    /// <summary>Asks for what is new.</summary>
    /// <returns>What the new events say, the oldest first.</returns>
    public async Task<IReadOnlyList<string>> RefreshAsync()
    {
        // The job first: when it has ended, its last events are there.
        Job = await client.GetAsync($"/fine_tuning/jobs/{Uri.EscapeDataString(id)}");
        var fresh = new List<JsonElement>();
        for (var after = ""; ;)
        {
            var page = await client.GetAsync($"/fine_tuning/jobs/{Uri.EscapeDataString(id)}/events?limit={Page}{after}");
            var unseen = page.GetProperty("data").EnumerateArray().TakeWhile(one => _seen.Add(one.GetProperty("id").GetString() ?? "")).ToList();
            fresh.AddRange(unseen);
            if (unseen.Count < Page || !page.GetProperty("has_more").GetBoolean()) break;
            after = "&after=" + page.GetProperty("last_id").GetString();
        }
        fresh.Reverse();
        foreach (var one in fresh) Note(one.GetProperty("data"));
        return [.. fresh.Select(Line)];
    }

    private void Note(JsonElement data)
    {
        if (!data.TryGetProperty("step", out var step)) return;
        Train[step.GetInt32()] = data.GetProperty("train_loss").GetDouble();
        if (data.TryGetProperty("full_valid_loss", out var valid)) Valid[step.GetInt32()] = valid.GetDouble();
    }

    private static string Line(JsonElement one) => string.Create(CultureInfo.InvariantCulture,
        $"{DateTimeOffset.FromUnixTimeSeconds(one.GetProperty("created_at").GetInt64()):HH:mm:ss}Z  {one.GetProperty("message").GetString()}");
}
