using System.Text.Json;
using Causeway.Models;
using Causeway.Tuning.Worker;

namespace Causeway.Tuning.Jobs;

/// <summary>Writes jobs and checkpoints in OpenAI's shapes.</summary>
internal static class JobJson
{
    /// <param name="progress">Of the job when it runs.</param>
    public static void Write(Utf8JsonWriter json, TuningJob job, JobProgress? progress)
    {
        json.WriteStartObject();
        json.WriteString("object", "fine_tuning.job");
        json.WriteString("id", job.Id);
        json.WriteString("model", job.Model);
        json.WriteNumber("created_at", job.CreatedAt.ToUnixTimeSeconds());
        WriteTime(json, "finished_at", job.FinishedAt);
        json.WriteString("fine_tuned_model", job.FineTunedModel);
        json.WriteString("organization_id", TunedName.Organization);
        json.WriteStartArray("result_files");
        foreach (var file in job.ResultFiles) json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteString("status", Word(job.Status));
        json.WriteString("validation_file", job.ValidationFile);
        json.WriteString("training_file", job.TrainingFile);
        WriteHyperparameters(json, job, withBeta: false);
        if (job.TrainedTokens is { } tokens) json.WriteNumber("trained_tokens", tokens);
        else json.WriteNull("trained_tokens");
        WriteError(json, job.Error);
        json.WriteStartArray("integrations");
        json.WriteEndArray();
        json.WriteNumber("seed", job.Seed);
        WriteTime(json, "estimated_finish", job.Status == JobStatus.Running ? progress?.EstimatedFinish : null);
        WriteMethod(json, job);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in job.Metadata) json.WriteString(name, value);
        json.WriteEndObject();
        if (job.Status == JobStatus.Running && progress is not null) WriteProgress(json, progress);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, TuningJob job, JobCheckpoint checkpoint)
    {
        json.WriteStartObject();
        json.WriteString("object", "fine_tuning.job.checkpoint");
        json.WriteString("id", checkpoint.Id);
        json.WriteNumber("created_at", checkpoint.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("fine_tuned_model_checkpoint", job.Name(checkpoint.Step).ToString());
        json.WriteString("fine_tuning_job_id", job.Id);
        json.WriteNumber("step_number", checkpoint.Step);
        json.WriteStartObject("metrics");
        json.WriteNumber("step", checkpoint.Step);
        json.WriteNumber("train_loss", checkpoint.TrainLoss);
        if (checkpoint.ValidLoss is { } valid) json.WriteNumber("full_valid_loss", valid);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static string Word(JobStatus status) => status switch
    {
        JobStatus.Queued => "queued",
        JobStatus.Running => "running",
        JobStatus.Paused => "paused",
        JobStatus.Succeeded => "succeeded",
        JobStatus.Failed => "failed",
        _ => "cancelled",
    };

    private static void WriteMethod(Utf8JsonWriter json, TuningJob job)
    {
        var type = job.Method == TuningMethod.Dpo ? "dpo" : "supervised";
        json.WriteStartObject("method");
        json.WriteString("type", type);
        json.WriteStartObject(type);
        WriteHyperparameters(json, job, job.Method == TuningMethod.Dpo);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHyperparameters(Utf8JsonWriter json, TuningJob job, bool withBeta)
    {
        json.WriteStartObject("hyperparameters");
        WriteNumber(json, "n_epochs", job.Used?.Epochs ?? job.Asked.Epochs);
        WriteNumber(json, "batch_size", job.BatchSize ?? job.Asked.BatchSize);
        WriteNumber(json, "learning_rate_multiplier", job.Used is { } used ? used.LearningRate / Recipe.RateOf(job.Method) : job.Asked.RateMultiplier);
        if (withBeta) WriteNumber(json, "beta", job.Used?.Beta ?? job.Asked.Beta);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known) json.WriteNumber(name, Math.Round(known, 6));
        else json.WriteString(name, "auto");
    }

    // Not OpenAI's: what a progress bar needs.
    private static void WriteProgress(Utf8JsonWriter json, JobProgress progress)
    {
        json.WriteStartObject("progress");
        json.WriteNumber("step", progress.Step);
        json.WriteNumber("total_steps", progress.Total);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, JobError? error)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteString("param", error.Param);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known) json.WriteNumber(name, known.ToUnixTimeSeconds());
        else json.WriteNull(name);
    }
}
