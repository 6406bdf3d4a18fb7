using System.Text;
using Causeway.TinyModels;

namespace Causeway.EngineBench.Models;

/// <summary>
/// Writes models whose weights mean nothing, as llama.cpp and the engine both read them. Speed does not depend on what the weights are, so rows are
/// drawn from a pool of some thousand: a file takes seconds.
/// </summary>
internal sealed class SyntheticGguf(BenchShape shape, TinyType type)
{
    private const int Alignment = 32;
    private const int PoolRows = 1024;
    private readonly Dictionary<int, byte[]> _pools = [];
    private readonly Random _random = new(20);

    /// <summary>The file of a shape and type, written when it is not there yet.</summary>
    public static string Ensure(string folder, BenchShape shape, TinyType type)
    {
        var path = Path.Combine(folder, $"qwen3-{shape.Name}-{type}.gguf");
        if (File.Exists(path)) return path;
        Directory.CreateDirectory(folder);
        new SyntheticGguf(shape, type).Write(path + ".part");
        File.Move(path + ".part", path);
        return path;
    }

    private void Write(string path)
    {
        using var file = new BinaryWriter(File.Create(path), Encoding.UTF8);
        var tensors = Tensors().ToList();
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)tensors.Count);
        Metadata().WriteTo(file);
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            GgufMetadata.WriteString(file, tensor.Name);
            file.Write(tensor.IsVector ? 1u : 2u);
            file.Write((ulong)tensor.Columns);
            if (!tensor.IsVector) file.Write((ulong)tensor.Rows);
            file.Write(tensor.IsVector ? 0 : Code);
            file.Write((ulong)offset);
            offset += Padded(tensor.Rows * (long)RowBytes(tensor));
        }
        Pad(file);
        foreach (var tensor in tensors)
        {
            WriteRows(file, tensor);
            Pad(file);
        }
    }

    private void WriteRows(BinaryWriter file, Weight tensor)
    {
        if (tensor.IsVector)
        {
            for (var i = 0; i < tensor.Columns; i++) file.Write(0.8f + (0.4f * _random.NextSingle()));
            return;
        }
        if (!_pools.TryGetValue(tensor.Columns, out var pool)) _pools[tensor.Columns] = pool = MakePool(tensor.Columns);
        var bytes = RowBytes(tensor);
        for (var row = 0; row < tensor.Rows; row++) file.Write(pool, _random.Next(PoolRows) * bytes, bytes);
    }

    private byte[] MakePool(int columns)
    {
        var values = new float[PoolRows * columns];
        var scale = 1 / MathF.Sqrt(columns);
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * 2 * (_random.NextSingle() + _random.NextSingle() + _random.NextSingle() - 1.5f);
        return Quantize.Bytes(type, values);
    }

    private int RowBytes(Weight tensor) => tensor.IsVector ? 4 * tensor.Columns : tensor.Columns / Quantize.BlockLength(type) * type switch
    {
        TinyType.F32 => 4,
        TinyType.F16 or TinyType.BF16 => 2,
        TinyType.Q8_0 => 34,
        TinyType.Q4_0 => 18,
        TinyType.Q4_K => 144,
        _ => 210,
    };

    private int Code => type switch
    {
        TinyType.F32 => 0, TinyType.F16 => 1, TinyType.BF16 => 30, TinyType.Q8_0 => 8, TinyType.Q4_0 => 2, TinyType.Q4_K => 12, _ => 14,
    };

    private IEnumerable<Weight> Tensors()
    {
        var (queries, keys) = (shape.Heads * shape.HeadLength, shape.KvHeads * shape.HeadLength);
        yield return new("token_embd.weight", BenchShape.Vocabulary, shape.Hidden);
        yield return new("output_norm.weight", 1, shape.Hidden, IsVector: true);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var prefix = $"blk.{layer}";
            yield return new($"{prefix}.attn_norm.weight", 1, shape.Hidden, IsVector: true);
            yield return new($"{prefix}.attn_q.weight", queries, shape.Hidden);
            yield return new($"{prefix}.attn_k.weight", keys, shape.Hidden);
            yield return new($"{prefix}.attn_v.weight", keys, shape.Hidden);
            yield return new($"{prefix}.attn_q_norm.weight", 1, shape.HeadLength, IsVector: true);
            yield return new($"{prefix}.attn_k_norm.weight", 1, shape.HeadLength, IsVector: true);
            yield return new($"{prefix}.attn_output.weight", shape.Hidden, queries);
            yield return new($"{prefix}.ffn_norm.weight", 1, shape.Hidden, IsVector: true);
            yield return new($"{prefix}.ffn_gate.weight", shape.FeedForward, shape.Hidden);
            yield return new($"{prefix}.ffn_up.weight", shape.FeedForward, shape.Hidden);
            yield return new($"{prefix}.ffn_down.weight", shape.Hidden, shape.FeedForward);
        }
    }

    private GgufMetadata Metadata()
    {
        const string Qwen3 = "qwen3";
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", Qwen3);
        metadata.Add("general.name", $"Synthetic {shape.Name}");
        metadata.Add("general.alignment", (uint)Alignment);
        metadata.Add("general.quantization_version", 2u);
        metadata.Add($"{Qwen3}.context_length", (uint)BenchShape.Context);
        metadata.Add($"{Qwen3}.embedding_length", (uint)shape.Hidden);
        metadata.Add($"{Qwen3}.block_count", (uint)shape.Layers);
        metadata.Add($"{Qwen3}.feed_forward_length", (uint)shape.FeedForward);
        metadata.Add($"{Qwen3}.attention.head_count", (uint)shape.Heads);
        metadata.Add($"{Qwen3}.attention.head_count_kv", (uint)shape.KvHeads);
        metadata.Add($"{Qwen3}.attention.key_length", (uint)shape.HeadLength);
        metadata.Add($"{Qwen3}.attention.value_length", (uint)shape.HeadLength);
        metadata.Add($"{Qwen3}.attention.layer_norm_rms_epsilon", 1e-6f);
        metadata.Add($"{Qwen3}.rope.freq_base", 1_000_000f);
        AddVocabulary(metadata);
        return metadata;
    }

    private static void AddVocabulary(GgufMetadata metadata)
    {
        var tokenizer = TinyTokenizer.Qwen;
        var known = tokenizer.Tokens;
        var others = Enumerable.Range(known.Count, BenchShape.Vocabulary - known.Count).Select(id => new TinyToken($"[PAD{id}]", TinyTokenKind.Unused));
        TinyToken[] tokens = [.. known, .. others];
        metadata.Add("tokenizer.ggml.model", "gpt2");
        metadata.Add("tokenizer.ggml.pre", tokenizer.Pre);
        metadata.Add("tokenizer.ggml.tokens", tokens.Select(token => token.Text));
        metadata.Add("tokenizer.ggml.token_type", tokens.Select(token => (int)token.Kind));
        metadata.Add("tokenizer.ggml.merges", tokenizer.Merges.Select(merge => $"{merge.Left} {merge.Right}"));
        metadata.Add("tokenizer.ggml.eos_token_id", (uint)tokenizer.EndOfTurn);
        metadata.Add("tokenizer.ggml.add_bos_token", false);
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter file) => file.Write(new byte[Padded(file.BaseStream.Position) - file.BaseStream.Position]);

    private readonly record struct Weight(string Name, int Rows, int Columns, bool IsVector = false);
}
