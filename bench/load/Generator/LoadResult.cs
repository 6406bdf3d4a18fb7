using System.Text;
using System.Text.Json;

namespace Causeway.Load.Generator;

/// <summary>Microseconds.</summary>
internal readonly record struct Quantiles(double P50, double P90, double P99, double P999, double Max)
{
    public static Quantiles Of(Histogram histogram) => new(
        histogram.Microseconds(0.5), histogram.Microseconds(0.9), histogram.Microseconds(0.99), histogram.Microseconds(0.999), histogram.Max / 1000.0);
}

/// <summary>What one run measured. Rates are of the measured window; latencies of the requests meant to leave in it.</summary>
internal sealed record LoadResult
{
    public long Requests { get; init; }

    /// <summary>Whole and right answers, warm-up included.</summary>
    public long TotalRequests { get; init; }

    public long Errors { get; init; }

    /// <summary>Requests of an open loop that were due and never found a free connection.</summary>
    public long Unsent { get; init; }

    public double RequestsPerSecond { get; init; }

    public long TotalEvents { get; init; }

    public double EventsPerSecond { get; init; }

    public long Bytes { get; init; }

    public Quantiles Latency { get; init; }

    public Quantiles FirstEvent { get; init; }

    public Quantiles Gap { get; init; }

    public IReadOnlyList<string> Problems { get; init; } = [];

    public string ToText(bool isStream)
    {
        var text = new StringBuilder()
            .AppendLine($"{RequestsPerSecond,12:N0} requests/s    {Requests:N0} measured, {Errors:N0} errors, {Unsent:N0} never sent, {Bytes / 1e6:N1} MB received")
            .AppendLine("          µs          p50        p90        p99      p99.9        max");
        AppendLine(text, isStream ? "whole stream" : "answer", Latency);
        if (isStream)
        {
            AppendLine(text, "first event", FirstEvent);
            AppendLine(text, "event gap", Gap);
            text.AppendLine($"{EventsPerSecond,12:N0} events/s");
        }
        foreach (var problem in Problems)
            text.AppendLine($"error: {problem}");
        return text.ToString();
    }

    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("requests", Requests);
            json.WriteNumber("total_requests", TotalRequests);
            json.WriteNumber("errors", Errors);
            json.WriteNumber("unsent", Unsent);
            json.WriteNumber("rps", RequestsPerSecond);
            json.WriteNumber("total_events", TotalEvents);
            json.WriteNumber("events_per_second", EventsPerSecond);
            json.WriteNumber("bytes", Bytes);
            Write(json, "latency_us", Latency);
            Write(json, "first_event_us", FirstEvent);
            Write(json, "gap_us", Gap);
            json.WriteStartArray("problems");
            foreach (var problem in Problems)
                json.WriteStringValue(problem);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static LoadResult FromJson(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        return new LoadResult
        {
            Requests = root.GetProperty("requests").GetInt64(),
            TotalRequests = root.GetProperty("total_requests").GetInt64(),
            Errors = root.GetProperty("errors").GetInt64(),
            Unsent = root.GetProperty("unsent").GetInt64(),
            RequestsPerSecond = root.GetProperty("rps").GetDouble(),
            TotalEvents = root.GetProperty("total_events").GetInt64(),
            EventsPerSecond = root.GetProperty("events_per_second").GetDouble(),
            Bytes = root.GetProperty("bytes").GetInt64(),
            Latency = Read(root.GetProperty("latency_us")),
            FirstEvent = Read(root.GetProperty("first_event_us")),
            Gap = Read(root.GetProperty("gap_us")),
            Problems = [.. root.GetProperty("problems").EnumerateArray().Select(problem => problem.ToString())],
        };
    }

    private static void AppendLine(StringBuilder text, string name, in Quantiles values) => text.AppendLine(
        $"{name,12} {values.P50,12:N1} {values.P90,10:N1} {values.P99,10:N1} {values.P999,10:N1} {values.Max,10:N1}");

    private static void Write(Utf8JsonWriter json, string name, in Quantiles values)
    {
        json.WriteStartObject(name);
        json.WriteNumber("p50", values.P50);
        json.WriteNumber("p90", values.P90);
        json.WriteNumber("p99", values.P99);
        json.WriteNumber("p999", values.P999);
        json.WriteNumber("max", values.Max);
        json.WriteEndObject();
    }

    private static Quantiles Read(JsonElement values) => new(
        values.GetProperty("p50").GetDouble(),
        values.GetProperty("p90").GetDouble(),
        values.GetProperty("p99").GetDouble(),
        values.GetProperty("p999").GetDouble(),
        values.GetProperty("max").GetDouble());
}
