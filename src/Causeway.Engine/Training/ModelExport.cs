using System.Globalization;
using System.Text.Json;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>Writes what was learnt, in the files that other tools read.</summary>
public static class ModelExport
{
    /// <summary>All weights, as <c>model.safetensors</c> of a Hugging Face folder.</summary>
    /// <param name="type">F32 or BF16.</param>
    /// <exception cref="IOException">The disk is full or not writable; what stood there before is untouched.</exception>
    public static void WriteWeights(this TrainedModel model, string path, TensorType type) =>
        SafetensorsWriter.Write(path, [.. model.Parameters.Select(parameter => (parameter.Name, ShapeOf(parameter), parameter.Value))],
            new Dictionary<string, string> { ["format"] = "pt" }, type);

    /// <summary>The adapter, as PEFT's <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    /// <param name="folder">Made when it is not there.</param>
    /// <param name="baseModel">What the adapter belongs to, for the reader.</param>
    /// <exception cref="InvalidOperationException">The model carries no adapter.</exception>
    public static void WriteAdapter(this TrainedModel model, string folder, string baseModel)
    {
        var adapted = model.Linears.Where(linear => linear.Adapter is not null).ToList();
        if (adapted.Count == 0) throw new InvalidOperationException("The model carries no adapter.");
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(
            Path.Combine(folder, "adapter_model.safetensors"),
            [.. adapted.SelectMany(linear => new[] { linear.Adapter!.A, linear.Adapter.B })
                .Select(parameter => ($"base_model.model.{parameter.Name}", ShapeOf(parameter), parameter.Value))],
            new Dictionary<string, string> { ["format"] = "pt" });
        File.WriteAllBytes(Path.Combine(folder, "adapter_config.json"), Config(adapted, baseModel));
    }

    private static byte[] Config(List<TrainedLinear> adapted, string baseModel)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            var pair = adapted[0].Adapter!;
            json.WriteStartObject();
            json.WriteString("peft_type", "LORA");
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteString("base_model_name_or_path", baseModel);
            json.WriteNumber("r", pair.A.Rows);
            json.WritePropertyName("lora_alpha");
            json.WriteRawValue((pair.Scale * pair.A.Rows).ToString(CultureInfo.InvariantCulture));
            json.WriteNumber("lora_dropout", 0);
            json.WriteString("bias", "none");
            json.WriteBoolean("inference_mode", true);
            json.WriteStartArray("target_modules");
            foreach (var module in adapted.Select(LoraAdapters.ModuleOf).Distinct().Order(StringComparer.Ordinal)) json.WriteStringValue(module);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private static int[] ShapeOf(Parameter parameter) => parameter.IsVector ? [parameter.Columns] : [parameter.Rows, parameter.Columns];
}
