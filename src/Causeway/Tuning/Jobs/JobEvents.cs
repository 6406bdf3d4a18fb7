using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Engine.Training;

namespace Causeway.Tuning.Jobs;

/// <summary>One event: its id and its JSON as callers get it.</summary>
internal readonly record struct JobEvent(string Id, string Json);

/// <summary>
/// What happened in a job, a line of JSON for each event in OpenAI's shape, the oldest first. What was written is there after a kill -9, but not after
/// a power cut. Thread-safe.
/// </summary>
internal sealed class JobEvents(string path, TuningIds ids)
{
    public const string FileName = "events.jsonl";

    // One for all jobs: a line is written in microseconds, and only one job runs.
    private static readonly Lock _lock = new();

    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Message(DateTimeOffset at, string level, string message) => Append(at, level, "message", message, static _ => { });

    /// <param name="valid">The loss over the holdout, where it was taken.</param>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Metrics(DateTimeOffset at, TrainingStep step, double? valid) => Append(at, "info", "metrics",
        string.Create(CultureInfo.InvariantCulture, $"Step {step.Number}/{step.Total}: training loss={step.Loss:0.00}{(valid is { } loss ? $", full validation loss={loss:0.00}" : "")}"),
        json =>
        {
            json.WriteNumber("step", step.Number);
            json.WriteNumber("total_steps", step.Total);
            json.WriteNumber("train_loss", step.Loss);
            if (valid is { } full) json.WriteNumber("full_valid_loss", full);
            json.WriteNumber("learning_rate", step.Rate);
            json.WriteNumber("tokens", step.Tokens);
        });

    /// <summary>The newest first.</summary>
    /// <param name="after">Only those before this one; null for all.</param>
    /// <exception cref="TuningRefusal"><paramref name="after"/> names none.</exception>
    public Page<JobEvent> Newest(int limit, string? after)
    {
        var (kept, isFound) = (new Queue<JobEvent>(), after is null);
        foreach (var line in Lines())
        {
            if (IdOf(line) is not { } id) continue;
            if (id == after)
            {
                isFound = true;
                break;
            }
            if (kept.Count == limit + 1) kept.Dequeue();
            kept.Enqueue(new JobEvent(id, line));
        }
        if (!isFound) throw new TuningRefusal(Wire.Errors.ErrorCodes.InvalidValue.Error("'after' names no event of this job.", "after"));
        return new Page<JobEvent>([.. kept.Reverse().Take(limit)], kept.Count > limit);
    }

    /// <summary>Every step that was written, in order.</summary>
    public IReadOnlyList<StepRecord> Steps() => [.. Lines().Select(StepRecord.TryRead).OfType<StepRecord>()];

    /// <summary>Forgets the steps behind a checkpoint, which will be taken again, and a line that a crash has cut.</summary>
    /// <exception cref="IOException">The disk is full or not writable; the file is as before.</exception>
    public void TrimTo(int step)
    {
        var lines = Lines().Where(line => IdOf(line) is not null && !(StepRecord.TryRead(line) is { } record && record.Step > step));
        var text = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        lock (_lock)
            if (File.Exists(path)) DurableFile.Replace(path, text);
    }

    private List<string> Lines()
    {
        lock (_lock) return File.Exists(path) ? [.. File.ReadLines(path)] : [];
    }

    /// <summary>Null for a line that was cut.</summary>
    private static string? IdOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("id").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Append(DateTimeOffset at, string level, string type, string message, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("object", "fine_tuning.job.event");
            json.WriteString("id", ids.New("ftevent"));
            json.WriteNumber("created_at", at.ToUnixTimeSeconds());
            json.WriteString("level", level);
            json.WriteString("message", message);
            json.WriteString("type", type);
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        lock (_lock)
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            file.Write(buffer.WrittenSpan);
        }
    }
}
