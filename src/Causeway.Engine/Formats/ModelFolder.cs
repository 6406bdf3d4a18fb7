using System.Text;
using System.Text.Json;

namespace Causeway.Engine.Formats;

/// <summary>Reads a folder in the layout of Hugging Face's hub: config.json, safetensors, the tokenizer's files, generation_config.json.</summary>
internal static class ModelFolder
{
    private const string Single = "model.safetensors";
    private const string Index = "model.safetensors.index.json";

    private const int TokenizerLimit = 128 << 20;
    private const int TemplateLimit = 4 << 20;

    public static ModelFiles Open(string folder)
    {
        var config = ConfigJson.Read(folder, "config.json");
        var model = HuggingFaceConfig.Read(config);
        var generation = Optional(folder, "generation_config.json", ConfigJson.SizeLimit) is { } bytes ? ConfigJson.Parse("generation_config.json", bytes) : null;
        var defaults = GenerationDefaults.Read(config, generation, model.Vocabulary);
        var tokenizer = new TokenizerFiles
        {
            Json = Optional(folder, "tokenizer.json", TokenizerLimit) ?? [],
            ConfigJson = Optional(folder, "tokenizer_config.json", ConfigJson.SizeLimit) ?? [],
        };
        var template = Template(folder, tokenizer);
        var tensors = OpenTensors(folder);
        try
        {
            WeightShapes.Check(model, tensors);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
        return new ModelFiles
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            Config = model,
            Tensors = tensors,
            Tokenizer = tokenizer,
            ChatTemplate = template,
            GenerationDefaults = defaults,
        };
    }

    private static TensorSet OpenTensors(string folder)
    {
        var files = new List<MappedFile>();
        try
        {
            var (tensors, unreadable) = (new List<StoredTensor>(), new Dictionary<string, string>(StringComparer.Ordinal));
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var shard in Shards(folder))
            {
                files.Add(MappedFile.Open(Path.Combine(folder, shard)));
                var unread = new Dictionary<string, string>(StringComparer.Ordinal);
                var read = SafetensorsFile.Read(files[^1], unread);
                foreach (var name in read.Select(tensor => tensor.Name).Concat(unread.Keys))
                    if (!names.Add(name)) throw new ModelFormatException($"{shard}: {name} is in another file too.");
                tensors.AddRange(read);
                foreach (var (name, type) in unread) unreadable[name] = type;
            }
            return new TensorSet(tensors, files, unreadable);
        }
        catch
        {
            foreach (var file in files) file.Dispose();
            throw;
        }
    }

    // The index names files beside itself and nothing else: a path in it could lead anywhere.
    private static List<string> Shards(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Index)))
        {
            if (!File.Exists(Path.Combine(folder, Single)))
                throw new ModelFormatException($"{Path.GetFileName(folder)} has neither {Single} nor {Index}; only safetensors are read from a folder.");
            return [Single];
        }
        var map = ConfigJson.Read(folder, Index).Object("weight_map") ?? throw new ModelFormatException($"{Index} has no weight_map.");
        var shards = map.Keys.Select(key => map.Text(key) ?? "").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (shards.Count is 0 or > 1024) throw new ModelFormatException($"{Index} names {shards.Count} files; 1 to 1024 are taken.");
        foreach (var shard in shards)
            if (!IsPlainName(shard)) throw new ModelFormatException($"{Index} names a file that is not a plain .safetensors file beside it.");
        return shards;
    }

    private static bool IsPlainName(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) && name.Length <= 200
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') && !name.StartsWith('.');

    // A file of its own since 2025; before, a string in tokenizer_config.json, or several with names.
    private static string? Template(string folder, TokenizerFiles tokenizer)
    {
        if (Optional(folder, "chat_template.jinja", TemplateLimit) is { } file) return Encoding.UTF8.GetString(file);
        if (tokenizer.ConfigJson.IsEmpty) return null;
        var config = ConfigJson.Parse("tokenizer_config.json", tokenizer.ConfigJson);
        if (!config.Is("chat_template", JsonValueKind.Array)) return config.Text("chat_template");
        return config.Objects("chat_template").FirstOrDefault(named => named.Text("name") == "default")?.Text("template");
    }

    private static byte[]? Optional(string folder, string file, int limit)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? MappedFile.ReadAll(path, limit) : null;
    }
}
