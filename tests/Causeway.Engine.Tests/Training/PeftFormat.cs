using System.Buffers.Binary;
using System.Text.Json;

namespace Causeway.Engine.Tests.Training;

/// <summary>
/// An adapter as PEFT documents its files (huggingface.co/docs/peft, "PEFT checkpoint format"), read without the engine's readers and in double
/// precision: what another tool would make of it.
/// </summary>
internal sealed class PeftFormat
{
    private readonly Dictionary<string, (int[] Shape, double[] Values)> _tensors = [];

    public PeftFormat(string folder)
    {
        Config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "adapter_config.json"))).RootElement;
        var bytes = File.ReadAllBytes(Path.Combine(folder, "adapter_model.safetensors"));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        foreach (var member in JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement.EnumerateObject().Where(member => member.Name != "__metadata__"))
        {
            Assert.Equal("F32", member.Value.GetProperty("dtype").GetString());
            var offsets = member.Value.GetProperty("data_offsets");
            var data = bytes.AsSpan(8 + length)[offsets[0].GetInt32()..offsets[1].GetInt32()];
            var values = new double[data.Length / 4];
            for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(data[(4 * i)..]);
            _tensors.Add(member.Name, ([.. member.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())], values));
        }
    }

    public JsonElement Config { get; }

    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>alpha/r</summary>
    public double Scale => Config.GetProperty("lora_alpha").GetDouble() / Config.GetProperty("r").GetInt32();

    /// <summary>W + scale · B A, row-major; W itself for a weight that the adapter does not change.</summary>
    /// <param name="weight">model.layers.0.self_attn.q_proj.weight, for example.</param>
    public double[] Merged(string weight, IReadOnlyList<int> shape, IReadOnlyList<float> values)
    {
        double[] merged = [.. values.Select(value => (double)value)];
        var module = "base_model.model." + weight.Replace(".weight", "", StringComparison.Ordinal);
        if (!_tensors.TryGetValue($"{module}.lora_A.weight", out var a)) return merged;
        var b = _tensors[$"{module}.lora_B.weight"];
        var rank = Config.GetProperty("r").GetInt32();
        Assert.Equal([rank, shape[1]], a.Shape);
        Assert.Equal([shape[0], rank], b.Shape);
        for (var row = 0; row < shape[0]; row++)
            for (var column = 0; column < shape[1]; column++)
                for (var i = 0; i < rank; i++) merged[(row * shape[1]) + column] += Scale * b.Values[(row * rank) + i] * a.Values[(i * shape[1]) + column];
        return merged;
    }
}
