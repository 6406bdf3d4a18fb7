using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Tuning.Jobs;

/// <summary>A step as its event tells it.</summary>
/// <param name="Tokens">Worked on.</param>
internal sealed record StepRecord(int Step, double TrainLoss, double? ValidLoss, double Rate, long Tokens)
{
    /// <summary>Null for an event of another kind, and for a line that a crash has cut.</summary>
    public static StepRecord? TryRead(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var data = document.RootElement.GetProperty("data");
            return data.TryGetProperty("step", out var step)
                ? new StepRecord(step.GetInt32(), data.GetProperty("train_loss").GetDouble(), data.TryGetProperty("full_valid_loss", out var valid) ? valid.GetDouble() : null,
                    data.GetProperty("learning_rate").GetDouble(), data.GetProperty("tokens").GetInt64())
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The result file of a job.</summary>
    public static byte[] Csv(IEnumerable<StepRecord> steps)
    {
        var text = new StringBuilder("step,train_loss,full_valid_loss,learning_rate,tokens\n");
        foreach (var step in steps)
            text.Append(CultureInfo.InvariantCulture, $"{step.Step},{step.TrainLoss:R},{step.ValidLoss:R},{step.Rate:R},{step.Tokens}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
