using System.Globalization;
using System.Text.Json;

namespace Causeway.Tuning.Client;

/// <summary>A job for people: facts, a bar with the time that is left, the curve of its losses.</summary>
internal static class JobView
{
    private const int BarWidth = 24;

    public static IReadOnlyList<string> Lines(JobFeed feed, DateTimeOffset now)
    {
        var job = feed.Job;
        var lines = new List<string>
        {
            $"job       {Text(job, "id")}",
            $"status    {Text(job, "status")}",
            $"base      {Text(job, "model")}",
        };
        if (Text(job, "fine_tuned_model") is { } model) lines.Add($"model     {model}");
        if (job.GetProperty("error") is { ValueKind: JsonValueKind.Object } error)
            lines.AddRange((Text(error, "message") ?? "").Split('\n').Select((line, index) => (index == 0 ? "error     " : "          ") + line));
        if (Bar(job, now) is { } bar) lines.Add(bar);
        var total = job.TryGetProperty("progress", out var progress) ? progress.GetProperty("total_steps").GetInt32() : 0;
        lines.AddRange(LossPlot.Draw(feed.Train, feed.Valid, total));
        if (feed.Train.Count > 0) lines.Add(Last(feed));
        return lines;
    }

    /// <summary><c>[######......] 25.0%  step 12 of 48  3 min 20 s left</c>; null when it does not run.</summary>
    private static string? Bar(JsonElement job, DateTimeOffset now)
    {
        if (!job.TryGetProperty("progress", out var progress)) return null;
        var (step, total) = (progress.GetProperty("step").GetInt32(), progress.GetProperty("total_steps").GetInt32());
        var share = total == 0 ? 1 : Math.Clamp((double)step / total, 0, 1);
        var filled = (int)(share * BarWidth);
        var left = job.GetProperty("estimated_finish") is { ValueKind: JsonValueKind.Number } finish
            ? "  " + Span(DateTimeOffset.FromUnixTimeSeconds(finish.GetInt64()) - now) + " left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {share * 100:0.0}%  step {step} of {total}{left}");
    }

    private static string Last(JobFeed feed)
    {
        var (step, loss) = feed.Train.Last();
        var valid = feed.Valid.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {feed.Valid.Last().Value:0.0000} on the holdout at step {feed.Valid.Last().Key} (o)") : "";
        return string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.0000} at step {step} (*){valid}");
    }

    private static string Span(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        return span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
            : span.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s");
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
