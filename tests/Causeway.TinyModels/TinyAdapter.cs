using System.Text.Json.Nodes;

namespace Causeway.TinyModels;

/// <summary>A LoRA adapter with random matrices for a <see cref="TinyModel"/>, written as PEFT saves it. Immutable.</summary>
public sealed class TinyAdapter
{
    private readonly List<TinyTensor> _tensors = [];

    private TinyAdapter(int rank, double alpha, bool rootScale, IReadOnlyList<string> targets) =>
        (Rank, Alpha, RootScale, Targets) = (rank, alpha, rootScale, targets);

    public int Rank { get; }
    public double Alpha { get; }

    /// <summary>alpha / √rank instead of alpha / rank (rsLoRA).</summary>
    public bool RootScale { get; }

    public IReadOnlyList<string> Targets { get; }
    public double Scale => Alpha / (RootScale ? Math.Sqrt(Rank) : Rank);

    /// <summary>lora_A [rank, in] and lora_B [out, rank] of each module, by PEFT's names.</summary>
    public IReadOnlyList<TinyTensor> Tensors => _tensors;

    /// <param name="targets">Names of matrices, q_proj for example; null for all seven of each layer.</param>
    public static TinyAdapter Create(TinyModel model, ulong seed = 1, int rank = 4, double alpha = 8, bool rootScale = false, IReadOnlyList<string>? targets = null)
    {
        var adapter = new TinyAdapter(rank, alpha, rootScale, targets ?? ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]);
        var random = new TinyRandom(seed ^ 0xADA97E5);
        foreach (var tensor in model.Tensors)
        {
            if (!adapter.Targets.Any(target => tensor.Name.EndsWith($".{target}.weight", StringComparison.Ordinal))) continue;
            var module = "base_model.model." + tensor.Name[..^".weight".Length];
            var (rows, columns) = (tensor.Shape[0], tensor.Columns);
            adapter._tensors.Add(new TinyTensor($"{module}.lora_A.weight", [rank, columns], random.Normals(rank * columns, 0, 1 / MathF.Sqrt(columns))));
            adapter._tensors.Add(new TinyTensor($"{module}.lora_B.weight", [rows, rank], random.Normals(rows * rank, 0, 0.2f)));
        }
        return adapter;
    }

    /// <summary>The same adapter with its numbers as a file of that type gives them back.</summary>
    public TinyAdapter AsInFolder(TinyType type)
    {
        var rounded = new TinyAdapter(Rank, Alpha, RootScale, Targets);
        rounded._tensors.AddRange(_tensors.Select(tensor => tensor with { Values = Quantize.Rounded(type, tensor.Values) }));
        return rounded;
    }

    /// <summary>Null for a module that it leaves alone.</summary>
    public (TinyTensor A, TinyTensor B)? Find(string weight)
    {
        var module = "base_model.model." + weight[..^".weight".Length];
        var a = _tensors.Find(tensor => tensor.Name == $"{module}.lora_A.weight");
        return a is null ? null : (a, _tensors.Find(tensor => tensor.Name == $"{module}.lora_B.weight")!);
    }

    /// <summary>Writes adapter_config.json and adapter_model.safetensors.</summary>
    /// <param name="change">For configurations that are different, or wrong on purpose.</param>
    /// <param name="rename">For trainers that save other names.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    public void WriteFolder(string folder, Action<JsonObject>? change = null, Func<string, string>? rename = null, TinyType type = TinyType.F32)
    {
        Directory.CreateDirectory(folder);
        var config = new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "CAUSAL_LM",
            ["base_model_name_or_path"] = "tiny",
            ["inference_mode"] = true,
            ["r"] = Rank,
            ["lora_alpha"] = Alpha,
            ["lora_dropout"] = 0.0,
            ["use_rslora"] = RootScale,
            ["use_dora"] = false,
            ["fan_in_fan_out"] = false,
            ["bias"] = "none",
            ["modules_to_save"] = null,
            ["layers_to_transform"] = null,
            ["rank_pattern"] = new JsonObject(),
            ["alpha_pattern"] = new JsonObject(),
            ["target_modules"] = new JsonArray([.. Targets.Select(target => JsonValue.Create(target))]),
        };
        change?.Invoke(config);
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString());
        Safetensors.Write(Path.Combine(folder, "adapter_model.safetensors"), type, [.. _tensors.Select(tensor => tensor with { Name = rename?.Invoke(tensor.Name) ?? tensor.Name })]);
    }
}
