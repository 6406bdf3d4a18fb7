using System.Text.Json.Nodes;
using Causeway.Engine;
using Causeway.Engine.Formats;
using Causeway.Engine.Formats.Writing;
using Causeway.Models;

namespace Causeway.Tuning.Exchange;

/// <summary>In which files something is exported.</summary>
internal enum ExportFormat
{
    /// <summary>The adapter alone, as PEFT has it.</summary>
    Peft,

    /// <summary>A whole model as a folder in Hugging Face's layout, the adapter worked in.</summary>
    Safetensors,

    /// <summary>A whole model as one file for llama.cpp, the adapter worked in.</summary>
    Gguf,
}

/// <summary>Writes models and adapters for other tools. What is written appears whole or not at all.</summary>
/// <param name="progress">Told the bytes to come, and given back what counts them.</param>
internal sealed class AdapterExport(AdapterChoice choice, TensorType type, Func<long, Action<long>> progress, CancellationToken cancel)
{
    private static readonly string[] _besideWeights =
    [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json", "added_tokens.json", "vocab.json",
        "merges.txt", "LICENSE", "LICENSE.md", "LICENSE.txt",
    ];

    private static readonly string[] _ofAdapters = ["adapter_config.json", "adapter_model.safetensors", Lineage.FileName, Origin.FileName, "README.md"];

    /// <param name="to">A folder; for GGUF a file, or a folder that the file goes into.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="ModelStoreException">It is there already, it cannot be written, or the format cannot hold it.</exception>
    public string Write(ExportFormat format, string to)
    {
        try
        {
            using var merged = MergedModel.Open(choice.BasePath, choice.AdapterPath);
            var target = format == ExportFormat.Gguf ? FileOf(to) : Path.TrimEndingDirectorySeparator(Path.GetFullPath(to));
            if (format == ExportFormat.Peft) WriteAdapter(target);
            else if (format == ExportFormat.Safetensors) WriteFolder(merged, target);
            else WriteGguf(merged, target);
            return target;
        }
        catch (ModelFormatException e)
        {
            throw new ModelStoreException(e.Message);
        }
    }

    private string FileOf(string to)
    {
        var full = Path.GetFullPath(to);
        return full.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(full) ? full : Path.Combine(full, $"{choice.Name}-{type.ToString().ToLowerInvariant()}.gguf");
    }

    private void WriteAdapter(string target)
    {
        var adapter = choice.AdapterPath ?? throw new ModelStoreException($"{choice.Name} has no adapter, and peft is a format of adapters. Name one as MODEL:ADAPTER, or export the model as safetensors or gguf.");
        Workshop.MakeFolder(target, folder => Workshop.Copy(adapter, folder, _ofAdapters));
    }

    private void WriteFolder(MergedModel merged, string target)
    {
        if (!merged.IsFolder) throw new ModelStoreException($"{choice.BasePath} is a GGUF file, which has no config.json and tokenizer.json to go with safetensors. Export it as gguf.");
        var (count, bytes) = Start(merged, gguf: false);
        Workshop.MakeFolder(target, folder =>
        {
            FreeSpace.Check(folder, bytes);
            Workshop.Copy(choice.BasePath, folder, _besideWeights);
            if (choice.AdapterPath is not null) Workshop.Copy(choice.AdapterPath, folder, [Lineage.FileName, Origin.FileName]);
            File.WriteAllText(Path.Combine(folder, "config.json"), Config());
            merged.WriteSafetensors(Path.Combine(folder, "model.safetensors"), type, count, cancel);
        });
    }

    private void WriteGguf(MergedModel merged, string target)
    {
        var (count, bytes) = Start(merged, gguf: true);
        Workshop.MakeFile(target, path =>
        {
            FreeSpace.Check(Path.GetDirectoryName(path)!, bytes);
            merged.WriteGguf(path, type, choice.Name, count, cancel);
        });
    }

    private (Action<long> Count, long Bytes) Start(MergedModel merged, bool gguf)
    {
        var bytes = merged.BytesAs(type, gguf);
        return (progress(bytes), bytes);
    }

    // transformers loads weights in the type that the configuration names.
    private string Config()
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(choice.BasePath, "config.json")))?.AsObject() ?? [];
        var name = type switch { TensorType.F16 => "float16", TensorType.BF16 => "bfloat16", _ => "float32" };
        config[config.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = name;
        return config.ToJsonString(new() { WriteIndented = true });
    }
}
