using System.Globalization;
using System.Text.RegularExpressions;

namespace Causeway.Engine.Formats;

/// <summary>One low-rank change of a matrix: <c>y += Scale · B (A x)</c>.</summary>
/// <param name="Module">Hugging Face's name within the layer, without its block: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj.</param>
/// <param name="A">[rank, in]</param>
/// <param name="B">[out, rank]</param>
/// <param name="Scale">lora_alpha / rank, or lora_alpha / √rank where the adapter says so (rsLoRA, arXiv:2312.03732).</param>
public sealed record StoredLora(int Layer, string Module, StoredTensor A, StoredTensor B, float Scale);

/// <summary>
/// A LoRA adapter as PEFT saves it: a folder with adapter_config.json and adapter_model.safetensors, mapped. Its tensors live as long as it does.
/// What PEFT can save and this engine does not compute is refused. Thread-safe.
/// </summary>
public sealed partial class LoraFiles : IDisposable
{
    private const string Config = "adapter_config.json";
    private const string Weights = "adapter_model.safetensors";
    private const int RankLimit = 1024;

    private readonly MappedFile _file;

    private LoraFiles(MappedFile file, IReadOnlyList<StoredLora> modules) => (_file, Modules) = (file, modules);

    /// <summary>In the order of layers; at least one.</summary>
    public IReadOnlyList<StoredLora> Modules { get; }

    /// <param name="model">The base that it must fit.</param>
    /// <exception cref="ModelFormatException">Not a LoRA, of a kind that this engine does not compute, damaged, or made for another base.</exception>
    public static LoraFiles Open(string folder, ModelConfig model)
    {
        var config = ConfigJson.Read(folder, Config);
        Refuse(config);
        var rules = new LoraRules(config, RankLimit);
        var file = MappedFile.Open(Path.Combine(folder, Weights));
        try
        {
            var unreadable = new Dictionary<string, string>(StringComparer.Ordinal);
            var tensors = SafetensorsFile.Read(file, unreadable);
            if (unreadable.Count > 0) throw new ModelFormatException($"{Weights}: {unreadable.First().Key} is stored as {unreadable.First().Value}; F32, F16 and BF16 are read.");
            return new LoraFiles(file, Pair(tensors, rules, model));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static void Refuse(ConfigJson config)
    {
        if (config.Text("peft_type") is var type && type != "LORA") throw config.Bad("peft_type", $"is {HuggingFaceConfig.Shown(type ?? "missing")}; only LORA adapters are read");
        foreach (var flag in (ReadOnlySpan<string>)["use_dora", "lora_bias", "fan_in_fan_out", "use_qalora"])
            if (config.Flag(flag, false)) throw config.Bad(flag, "is set, which this engine does not compute");
        if ((config.Text("bias") ?? "none") != "none") throw config.Bad("bias", "is not none: the adapter changes biases, which this engine does not do");
        foreach (var key in (ReadOnlySpan<string>)["modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices", "alora_invocation_tokens", "arrow_config"])
            if (!config.IsEmpty(key)) throw config.Bad(key, "is set, which this engine does not compute");
    }

    private static List<StoredLora> Pair(IReadOnlyList<StoredTensor> tensors, LoraRules rules, ModelConfig model)
    {
        var shapes = WeightShapes.Of(model).Where(weight => weight.Shape.Length == 2).ToDictionary(weight => weight.Name, weight => weight.Shape, StringComparer.Ordinal);
        var halves = new Dictionary<string, (StoredTensor? A, StoredTensor? B)>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            var name = TensorName().Match(tensor.Name);
            if (!name.Success) throw new ModelFormatException($"{Weights}: {tensor.Name} is not a lora_A or lora_B of a matrix in a layer, which is all that this engine adapts.");
            var (module, isA) = ("model." + name.Groups["module"].Value, name.Groups["half"].Value == "A");
            var half = halves.GetValueOrDefault(module);
            if ((isA ? half.A : half.B) is { } other) throw new ModelFormatException($"{Weights}: {tensor.Name} and {other.Name} are the same matrix.");
            halves[module] = isA ? (tensor, half.B) : (half.A, tensor);
        }
        if (halves.Count == 0) throw new ModelFormatException($"{Weights} has no tensors: the adapter changes nothing.");
        return [.. halves.Select(pair => Fit(pair.Key, pair.Value.A, pair.Value.B, rules, shapes)).OrderBy(lora => lora.Layer)];
    }

    private static StoredLora Fit(string module, StoredTensor? a, StoredTensor? b, LoraRules rules, Dictionary<string, int[]> shapes)
    {
        if (a is null || b is null) throw new ModelFormatException($"{Weights}: {module} has only one of its two matrices.");
        if (!shapes.TryGetValue(module + ".weight", out var shape)) throw new ModelFormatException($"{Weights}: {module} is not in the base model: the adapter belongs to another one.");
        var layer = int.Parse(LayerNumber().Match(module).Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        rules.CheckTarget(module, layer);
        var rank = rules.RankOf(module);
        if (a.Shape is not [var rows, var columns] || b.Shape is not [var outRows, var outColumns]
            || rows != rank || outColumns != rank || columns != shape[1] || outRows != shape[0])
        {
            throw new ModelFormatException($"{Weights}: {module} has A [{string.Join(", ", a.Shape)}] and B [{string.Join(", ", b.Shape)}]; "
                + $"rank {rank} on the base's [{shape[0]}, {shape[1]}] needs [{rank}, {shape[1]}] and [{shape[0]}, {rank}].");
        }
        return new StoredLora(layer, module[(module.LastIndexOf('.') + 1)..], a, b, rules.ScaleOf(module, rank));
    }

    // PEFT's own prefix, without the second "model." where the base was loaded without its head; none where a trainer saved the model's own names; the
    // adapter's name where it saved the state as it was.
    [GeneratedRegex(@"^(?:base_model\.model\.)?(?:model\.)?(?<module>layers\.[0-9]{1,4}\.[a-z_]+\.[a-z_]+)\.lora_(?<half>[AB])(?:\.default)?\.weight\z", RegexOptions.CultureInvariant)]
    private static partial Regex TensorName();

    [GeneratedRegex(@"^model\.layers\.([0-9]{1,4})\.", RegexOptions.CultureInvariant)]
    private static partial Regex LayerNumber();
}
