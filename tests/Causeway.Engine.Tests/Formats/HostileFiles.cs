using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Formats;

/// <summary>Models that somebody made wrong on purpose; each is a valid one with one thing changed.</summary>
internal static class HostileFiles
{
    /// <summary>As small as can be, so that a thousand of them are soon written.</summary>
    public static TinyModel Model { get; } = TinyModel.Create(
        TinyArchitecture.Qwen3, shape: new TinyShape { Hidden = 32, FeedForward = 32, Heads = 2, KvHeads = 1, HeadLength = 16, Layers = 1 });

    /// <summary>Writes the named model and gives what to open.</summary>
    public static string Write(string name, TinyFolder folder) => _all[name](folder);

    public static IEnumerable<string> Names => _all.Keys;

    private static readonly Dictionary<string, Func<TinyFolder, string>> _all = new()
    {
        ["GGUF: empty"] = folder => Gguf(folder, _ => []),
        ["GGUF: another word at the start"] = folder => Gguf(folder, bytes => Put(bytes, 0, "GGML"u8)),
        ["GGUF: version 2"] = folder => Gguf(folder, bytes => Put32(bytes, 4, 2)),
        ["GGUF: big-endian"] = folder => Gguf(folder, bytes => Put32(bytes, 4, 3 << 24)),
        ["GGUF: 2^60 tensors"] = folder => Gguf(folder, bytes => Put64(bytes, 8, 1UL << 60)),
        ["GGUF: 2^60 keys"] = folder => Gguf(folder, bytes => Put64(bytes, 16, 1UL << 60)),
        ["GGUF: more tensors than there are"] = folder => Gguf(folder, bytes => Put64(bytes, 8, 60_000)),
        ["GGUF: a key of 2^63 bytes"] = folder => Gguf(folder, bytes => Put64(bytes, 24, 1UL << 63)),
        ["GGUF: a string that ends beyond the file"] = folder => Gguf(folder, bytes => Put64(bytes, Value(bytes, "general.name"), uint.MaxValue)),
        ["GGUF: a list of 2^61 tokens"] = folder => Gguf(folder, bytes => Put64(bytes, Value(bytes, "tokenizer.ggml.tokens") + 4, 1UL << 61)),
        ["GGUF: lists in lists in lists"] = folder => Raw(folder, file =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                file.Write(9u);
                file.Write(1UL);
            }
        }),
        ["GGUF: a value of no kind"] = folder => Gguf(folder, bytes => Put32(bytes, Value(bytes, "general.name") - 4, 99)),
        ["GGUF: two values for one key"] = folder => Gguf(folder, bytes => Rename(bytes, "general.type", "general.name")),
        ["GGUF: cut in its header"] = folder => Gguf(folder, bytes => bytes[..300]),
        ["GGUF: cut in its data"] = folder => Gguf(folder, bytes => bytes[..^40]),
        ["GGUF: alignment 0"] = folder => Gguf(folder, bytes => Put32(bytes, Value(bytes, "general.alignment"), 0)),
        ["GGUF: two tensors in one place"] = folder => Gguf(folder, bytes => Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 24, 0)),
        ["GGUF: a tensor at 2^62"] = folder => Gguf(folder, bytes => Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 24, 1UL << 62)),
        ["GGUF: a tensor at an odd place"] = folder => Gguf(folder, bytes => Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 24, 7)),
        ["GGUF: dimensions whose product overflows"] = folder => Gguf(folder, bytes => Put64(Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 4, int.MaxValue), Tensor(bytes, "blk.0.attn_q.weight") + 12, int.MaxValue)),
        ["GGUF: a dimension of 0"] = folder => Gguf(folder, bytes => Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 4, 0)),
        ["GGUF: a dimension of 2^64 - 1"] = folder => Gguf(folder, bytes => Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 4, ulong.MaxValue)),
        ["GGUF: four milliard dimensions"] = folder => Gguf(folder, bytes => Put32(bytes, Tensor(bytes, "blk.0.attn_q.weight"), uint.MaxValue)),
        ["GGUF: two tensors of one name"] = folder => Gguf(folder, bytes => Rename(bytes, "blk.0.attn_v.weight", "blk.0.attn_k.weight")),
        ["GGUF: rows that are no whole blocks"] = folder => Gguf(folder, bytes => Put32(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 20, 12)),
        ["GGUF: a weight of an unknown type"] = folder => Gguf(folder, bytes => Put32(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 20, 4_000)),
        ["GGUF: a weight of another shape"] = folder => Gguf(folder, bytes => Put64(bytes, Tensor(bytes, "blk.0.attn_q.weight") + 12, 16)),
        ["GGUF: a weight under another name"] = folder => Gguf(folder, bytes => Rename(bytes, "blk.0.attn_v.weight", "blk.0.attn_z.weight")),
        ["GGUF: 10^9 layers"] = folder => Gguf(folder, bytes => Put32(bytes, Value(bytes, "qwen3.block_count"), 1_000_000_000)),
        ["GGUF: heads that share nothing"] = folder => Gguf(folder, bytes => Put32(bytes, Value(bytes, "qwen3.attention.head_count_kv"), 3)),
        ["GGUF: an epsilon that is no number"] = folder => Gguf(folder, bytes => Put32(bytes, Value(bytes, "qwen3.attention.layer_norm_rms_epsilon"), BitConverter.SingleToUInt32Bits(float.NaN))),
        ["GGUF: an architecture nobody knows"] = folder => Gguf(folder, bytes => Put(bytes, Value(bytes, "general.architecture") + 8, "mamba"u8)),
        ["GGUF: a part of a split file without the others"] = folder =>
        {
            var first = Model.WriteGguf(folder.File("m.gguf"), splits: 2);
            File.Delete(folder.File("m-00002-of-00002.gguf"));
            return first;
        },
        ["GGUF: the second part of a split file"] = folder => Model.WriteGguf(folder.File("m.gguf"), splits: 2).Replace("00001-", "00002-", StringComparison.Ordinal),

        ["safetensors: empty"] = folder => Weights(folder, _ => []),
        ["safetensors: a header of 2^63 bytes"] = folder => Weights(folder, bytes => Put64(bytes, 0, 1UL << 63)),
        ["safetensors: a header longer than the file"] = folder => Weights(folder, bytes => Put64(bytes, 0, 90_000_000)),
        ["safetensors: cut in its header"] = folder => Weights(folder, bytes => bytes[..200]),
        ["safetensors: cut in its data"] = folder => Weights(folder, bytes => bytes[..^40]),
        ["safetensors: bytes that belong to nothing"] = folder => Weights(folder, bytes => [.. bytes, .. new byte[8]]),
        ["safetensors: a header that is no JSON"] = folder => Header(folder, _ => "{\"model"),
        ["safetensors: a header of brackets"] = folder => Header(folder, _ => "{\"__metadata__\":" + new string('[', 100_000)),
        ["safetensors: two tensors of one name"] = folder => Header(folder, json => json.Replace("layers.0.self_attn.v_proj", "layers.0.self_attn.k_proj", StringComparison.Ordinal)),
        ["safetensors: two tensors in one place"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["data_offsets"] = new JsonArray(0, 128)),
        ["safetensors: an offset past the end"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["data_offsets"] = new JsonArray(1L << 60, (1L << 60) + 128)),
        ["safetensors: an end before its beginning"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["data_offsets"] = new JsonArray(128, 0)),
        ["safetensors: a negative offset"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["data_offsets"] = new JsonArray(-128, 0)),
        ["safetensors: a negative dimension"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["shape"] = new JsonArray(-32)),
        ["safetensors: dimensions whose product overflows"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["shape"] = new JsonArray(1L << 31, 1L << 31, 4)),
        ["safetensors: a shape that needs other bytes"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["dtype"] = "F16"),
        ["safetensors: no shape"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor.Remove("shape")),
        ["safetensors: a weight that is missing"] = folder => Header(folder, json => json.Replace("model.norm.weight", "model.nrom.weight", StringComparison.Ordinal)),
        ["safetensors: a weight of eight bits"] = folder => Tensor(folder, "model.norm.weight", tensor => tensor["dtype"] = "F8_E4M3"),
        ["safetensors: a device in its place"] = folder =>
        {
            Model.WriteFolder(folder.Path);
            File.Delete(folder.File("model.safetensors"));
            File.CreateSymbolicLink(folder.File("model.safetensors"), "/dev/zero");
            return folder.Path;
        },

        ["config: empty"] = folder => ConfigText(folder, ""),
        ["config: 100,000 brackets"] = folder => ConfigText(folder, new string('[', 100_000)),
        ["config: 40 MB"] = folder => ConfigText(folder, "{\"a\":\"" + new string('a', 40_000_000) + "\"}"),
        ["config: a key twice"] = folder => ConfigText(folder, "{\"hidden_size\":32,\"hidden_size\":64}"),
        ["config: 10^9 layers"] = folder => Config(folder, config => config["num_hidden_layers"] = 1_000_000_000),
        ["config: a negative size"] = folder => Config(folder, config => config["hidden_size"] = -32),
        ["config: a size with a fraction"] = folder => Config(folder, config => config["hidden_size"] = 32.5),
        ["config: heads that share nothing"] = folder => Config(folder, config => config["num_key_value_heads"] = 3),
        ["config: an odd head"] = folder => Config(folder, config => config["head_dim"] = 15),
        ["config: an epsilon beyond all numbers"] = folder => ConfigText(folder, Text(folder, "config.json").Replace("\"rms_norm_eps\":1E-06", "\"rms_norm_eps\":1e999", StringComparison.Ordinal)),
        ["config: an architecture nobody knows"] = folder => Config(folder, config => config["architectures"] = new JsonArray(new string('x', 100_000))),
        ["config: layers with a part that the architecture has not"] = folder => Config(folder, config => config["architectures"] = new JsonArray("LlamaForCausalLM")),
        ["config: weights of another quantisation"] = folder => Config(folder, config => config["quantization_config"] = new JsonObject { ["quant_method"] = "gptq" }),
        ["config: a rotation nobody knows"] = folder => Config(folder, config => config["rope_scaling"] = new JsonObject { ["rope_type"] = "longrope" }),
        ["config: another vocabulary than the weights'"] = folder => Config(folder, config => config["vocab_size"] = 1_000),
        ["tokenizer: an id of an end that is no number"] = folder =>
        {
            Model.WriteFolder(folder.Path);
            File.WriteAllText(folder.File("generation_config.json"), "{\"eos_token_id\":[-1]}");
            return folder.Path;
        },

        ["index: a file outside the folder"] = folder => Index(folder, "../model.safetensors"),
        ["index: a file by its full path"] = folder => Index(folder, "/etc/passwd.safetensors"),
        ["index: a file of another kind"] = folder => Index(folder, "config.json"),
        ["index: a file that is missing"] = folder => Index(folder, "model-00009-of-00009.safetensors"),
        ["index: a folder in a file's place"] = folder =>
        {
            Directory.CreateDirectory(folder.File("folder.safetensors"));
            return Index(folder, "folder.safetensors");
        },
        ["index: no files"] = folder =>
        {
            Model.WriteFolder(folder.Path);
            File.WriteAllText(folder.File("model.safetensors.index.json"), "{\"weight_map\":{}}");
            return folder.Path;
        },
    };

    private static string Gguf(TinyFolder folder, Func<byte[], byte[]> change)
    {
        var path = Model.WriteGguf(folder.File("m.gguf"));
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
        return path;
    }

    // A header with one key, whose value is a list that the caller goes on writing.
    private static string Raw(TinyFolder folder, Action<BinaryWriter> value)
    {
        var metadata = new GgufMetadata();
        metadata.AddRaw("general.architecture", 9, value);
        using var file = new BinaryWriter(File.Create(folder.File("m.gguf")));
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write(0UL);
        metadata.WriteTo(file);
        return folder.File("m.gguf");
    }

    private static string Weights(TinyFolder folder, Func<byte[], byte[]> change)
    {
        Model.WriteFolder(folder.Path);
        var path = folder.File("model.safetensors");
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
        return folder.Path;
    }

    private static string Header(TinyFolder folder, Func<string, string> change) => Weights(folder, bytes =>
    {
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var header = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes, 8, length)));
        return [.. Put64(new byte[8], 0, (ulong)header.Length), .. header, .. bytes[(8 + length)..]];
    });

    private static string Tensor(TinyFolder folder, string name, Action<JsonObject> change) => Header(folder, json =>
    {
        var header = JsonNode.Parse(json)!.AsObject();
        change(header[name]!.AsObject());
        return header.ToJsonString();
    });

    private static string Config(TinyFolder folder, Action<JsonObject> change)
    {
        var config = JsonNode.Parse(Text(folder, "config.json"))!.AsObject();
        change(config);
        return ConfigText(folder, config.ToJsonString());
    }

    private static string ConfigText(TinyFolder folder, string text)
    {
        Model.WriteFolder(folder.Path);
        File.WriteAllText(folder.File("config.json"), text);
        return folder.Path;
    }

    private static string Text(TinyFolder folder, string file)
    {
        Model.WriteFolder(folder.Path);
        return File.ReadAllText(folder.File(file));
    }

    private static string Index(TinyFolder folder, string shard)
    {
        Model.WriteFolder(folder.Path);
        File.WriteAllText(folder.File("model.safetensors.index.json"), new JsonObject { ["weight_map"] = new JsonObject { ["model.norm.weight"] = shard } }.ToJsonString());
        return folder.Path;
    }

    // Behind the key and the kind.
    private static int Value(byte[] bytes, string key) => Find(bytes, key) + key.Length + 4;

    // The count of dimensions; then two of them, the type and the offset.
    private static int Tensor(byte[] bytes, string name) => Find(bytes, name) + name.Length;

    private static byte[] Rename(byte[] bytes, string from, string to) => Put(bytes, Find(bytes, from), Encoding.ASCII.GetBytes(to));

    private static int Find(byte[] bytes, string text)
    {
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        return at >= 0 ? at : throw new ArgumentException($"{text} is not in the file.", nameof(text));
    }

    private static byte[] Put(byte[] bytes, int at, ReadOnlySpan<byte> what)
    {
        what.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static byte[] Put32(byte[] bytes, int at, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
        return bytes;
    }

    private static byte[] Put64(byte[] bytes, int at, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);
        return bytes;
    }
}
