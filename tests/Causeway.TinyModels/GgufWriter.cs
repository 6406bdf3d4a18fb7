using System.Text;

namespace Causeway.TinyModels;

/// <summary>A model as llama.cpp's converter writes it: GGUF version 3, names of its own, Llama's q and k rows in the order of interleaved rotation.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    public static string Write(TinyModel model, string path, TinyType type, int splits)
    {
        var tensors = Tensors(model, type).ToList();
        if (splits == 1)
        {
            WriteFile(path, Metadata(model, type), tensors);
            return path;
        }
        var stem = path[..^".gguf".Length];
        for (var split = splits - 1; split >= 0; split--)
        {
            var metadata = split == 0 ? Metadata(model, type) : new GgufMetadata();
            metadata.Add("split.no", (ushort)split);
            metadata.Add("split.count", (ushort)splits);
            metadata.Add("split.tensors.count", tensors.Count);
            WriteFile(SplitName(split), metadata, [.. tensors.Where((_, i) => i % splits == split)]);
        }
        return SplitName(0);

        string SplitName(int split) => $"{stem}-{split + 1:00000}-of-{splits:00000}.gguf";
    }

    private static void WriteFile(string path, GgufMetadata metadata, List<(string Name, int[] Shape, TinyType Type, byte[] Bytes)> tensors)
    {
        using var file = new BinaryWriter(File.Create(path), Encoding.UTF8);
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)tensors.Count);
        metadata.WriteTo(file);
        var offset = 0L;
        foreach (var (name, shape, type, bytes) in tensors)
        {
            GgufMetadata.WriteString(file, name);
            file.Write((uint)shape.Length);
            foreach (var length in shape.Reverse()) file.Write((ulong)length);
            file.Write(type switch { TinyType.F32 => 0, TinyType.F16 => 1, TinyType.BF16 => 30, TinyType.Q8_0 => 8, TinyType.Q4_0 => 2, TinyType.Q4_K => 12, _ => 14 });
            file.Write((ulong)offset);
            offset += Padded(bytes.Length);
        }
        file.Write(new byte[Padded(file.BaseStream.Position) - file.BaseStream.Position]);
        foreach (var (_, _, _, bytes) in tensors)
        {
            file.Write(bytes);
            file.Write(new byte[Padded(bytes.Length) - bytes.Length]);
        }
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static IEnumerable<(string Name, int[] Shape, TinyType Type, byte[] Bytes)> Tensors(TinyModel model, TinyType type)
    {
        if (model.Rope == TinyRope.Llama3)
        {
            var factors = Llama3Factors(model);
            yield return ("rope_freqs.weight", [factors.Length], TinyType.F32, Quantize.Bytes(TinyType.F32, factors));
        }
        foreach (var tensor in model.Tensors)
        {
            var values = tensor.Values;
            if (model.Architecture == TinyArchitecture.Gemma3 && tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal))
                values = [.. values.Select(value => value + 1)];
            if (IsInterleaved(model.Architecture) && (tensor.Name.Contains("q_proj", StringComparison.Ordinal) || tensor.Name.Contains("k_proj", StringComparison.Ordinal)))
                values = Interleave(values, tensor.Columns, model.Shape.HeadLength);
            var stored = tensor.IsVector ? TinyType.F32 : type;
            yield return (GgufName(model.Architecture, tensor.Name), tensor.Shape, stored, Quantize.Bytes(stored, values));
        }
    }

    // llama.cpp rotates neighbours in these architectures, so its files hold row i of the first half of a head at 2i and of the second at 2i + 1.
    private static bool IsInterleaved(TinyArchitecture architecture) => architecture is TinyArchitecture.Llama or TinyArchitecture.SmolLM3;

    private static float[] Interleave(float[] values, int columns, int head)
    {
        var stored = new float[values.Length];
        for (var row = 0; row < values.Length / columns; row++)
        {
            var (start, at) = (row / head * head, row % head);
            var to = start + (at < head / 2 ? at * 2 : ((at - (head / 2)) * 2) + 1);
            values.AsSpan(row * columns, columns).CopyTo(stored.AsSpan(to * columns));
        }
        return stored;
    }

    private static float[] Llama3Factors(TinyModel model)
    {
        var length = model.Shape.HeadLength;
        return [.. Enumerable.Range(0, length / 2).Select(i =>
        {
            var wave = 2 * Math.PI * Math.Pow(model.Theta, 2.0 * i / length);
            var turns = TinyModel.RopeOriginalContext / wave;
            if (turns > TinyModel.RopeHighFactor) return 1f;
            if (turns < TinyModel.RopeLowFactor) return (float)TinyModel.RopeFactor;
            var smooth = (turns - TinyModel.RopeLowFactor) / (TinyModel.RopeHighFactor - TinyModel.RopeLowFactor);
            return (float)(1 / (((1 - smooth) / TinyModel.RopeFactor) + smooth));
        })];
    }

    private static string GgufName(TinyArchitecture architecture, string name)
    {
        var gemma = architecture == TinyArchitecture.Gemma3;
        return name.Replace("model.layers.", "blk.", StringComparison.Ordinal)
            .Replace("model.embed_tokens", "token_embd", StringComparison.Ordinal)
            .Replace("model.norm", "output_norm", StringComparison.Ordinal)
            .Replace("lm_head", "output", StringComparison.Ordinal)
            .Replace("input_layernorm", "attn_norm", StringComparison.Ordinal)
            .Replace("post_attention_layernorm", gemma ? "post_attention_norm" : "ffn_norm", StringComparison.Ordinal)
            .Replace("pre_feedforward_layernorm", "ffn_norm", StringComparison.Ordinal)
            .Replace("post_feedforward_layernorm", "post_ffw_norm", StringComparison.Ordinal)
            .Replace("self_attn.o_proj", "attn_output", StringComparison.Ordinal)
            .Replace("self_attn.", "attn_", StringComparison.Ordinal)
            .Replace("mlp.", "ffn_", StringComparison.Ordinal)
            .Replace("_proj", "", StringComparison.Ordinal);
    }

    private static GgufMetadata Metadata(TinyModel model, TinyType type)
    {
        var (shape, architecture) = (model.Shape, model.Architecture.ToString().ToLowerInvariant());
        var metadata = new GgufMetadata();
        metadata.Add("general.architecture", architecture);
        metadata.Add("general.type", "model");
        metadata.Add("general.name", $"Tiny {model.Architecture}");
        metadata.Add("general.alignment", (uint)Alignment);
        metadata.Add("general.quantization_version", 2u);
        metadata.Add("general.file_type", type switch { TinyType.F32 => 0u, TinyType.F16 => 1u, TinyType.BF16 => 32u, TinyType.Q8_0 => 7u, TinyType.Q4_0 => 2u, TinyType.Q4_K => 14u, _ => 18u });
        metadata.Add($"{architecture}.vocab_size", (uint)model.Vocabulary);
        metadata.Add($"{architecture}.context_length", (uint)shape.Context);
        metadata.Add($"{architecture}.embedding_length", (uint)shape.Hidden);
        metadata.Add($"{architecture}.block_count", (uint)model.Layers);
        metadata.Add($"{architecture}.feed_forward_length", (uint)shape.FeedForward);
        metadata.Add($"{architecture}.attention.head_count", (uint)shape.Heads);
        metadata.Add($"{architecture}.attention.head_count_kv", (uint)shape.KvHeads);
        metadata.Add($"{architecture}.attention.key_length", (uint)shape.HeadLength);
        metadata.Add($"{architecture}.attention.value_length", (uint)shape.HeadLength);
        metadata.Add($"{architecture}.attention.layer_norm_rms_epsilon", (float)model.Epsilon);
        metadata.Add($"{architecture}.rope.freq_base", (float)model.Theta);
        metadata.Add($"{architecture}.rope.dimension_count", (uint)shape.HeadLength);
        if (model.Architecture == TinyArchitecture.Gemma3) metadata.Add($"{architecture}.attention.sliding_window", (uint)shape.SlidingWindow);
        if (model.Rope is TinyRope.Linear or TinyRope.Yarn)
        {
            metadata.Add($"{architecture}.rope.scaling.type", model.Rope == TinyRope.Linear ? "linear" : "yarn");
            metadata.Add($"{architecture}.rope.scaling.factor", (float)TinyModel.RopeFactor);
            metadata.Add($"{architecture}.rope.scaling.original_context_length", (uint)TinyModel.RopeOriginalContext);
        }
        AddTokenizer(metadata, model);
        return metadata;
    }

    private static void AddTokenizer(GgufMetadata metadata, TinyModel model)
    {
        var tokenizer = model.Tokenizer;
        var tokens = tokenizer.Tokens.Concat(Enumerable.Range(tokenizer.Tokens.Count, tokenizer.PaddedCount - tokenizer.Tokens.Count)
            .Select(id => new TinyToken($"[PAD{id}]", TinyTokenKind.Unused, -10_000))).ToList();
        metadata.Add("tokenizer.ggml.model", tokenizer.IsByteLevel ? "gpt2" : "llama");
        metadata.Add("tokenizer.ggml.pre", tokenizer.IsByteLevel ? tokenizer.Pre : "default");
        metadata.Add("tokenizer.ggml.tokens", tokens.Select(token => token.Text));
        metadata.Add("tokenizer.ggml.token_type", tokens.Select(token => (int)token.Kind));
        if (tokenizer.IsByteLevel) metadata.Add("tokenizer.ggml.merges", tokenizer.Merges.Select(merge => $"{merge.Left} {merge.Right}"));
        else metadata.Add("tokenizer.ggml.scores", tokens.Select(token => token.Score));
        if (tokenizer.Bos is { } bos) metadata.Add("tokenizer.ggml.bos_token_id", (uint)bos);
        metadata.Add("tokenizer.ggml.eos_token_id", (uint)tokenizer.EndOfTurn);
        metadata.Add("tokenizer.ggml.padding_token_id", (uint)tokenizer.EndOfText);
        if (!tokenizer.IsByteLevel) metadata.Add("tokenizer.ggml.unknown_token_id", (uint)tokenizer.Find("<unk>"));
        metadata.Add("tokenizer.ggml.add_bos_token", tokenizer.AddBos);
        if (!tokenizer.IsByteLevel) metadata.Add("tokenizer.ggml.add_space_prefix", tokenizer.AddSpace);
        metadata.Add("tokenizer.chat_template", model.ChatTemplate);
    }
}
