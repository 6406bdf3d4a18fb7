using Causeway.Engine;
using Causeway.Engine.Formats;
using Causeway.Models;

namespace Causeway.Tuning.Exchange;

/// <summary>What is to be imported.</summary>
/// <param name="Path">A folder with a PEFT adapter, or a whole model that was trained elsewhere: a folder in Hugging Face's layout, or a GGUF file.</param>
/// <param name="Base">The model of the store that it was made of.</param>
/// <param name="Name">In the store; null for one made of the path.</param>
/// <param name="AnyBase">Take it although it says that it was made of another base; names and shapes must fit all the same.</param>
internal sealed record ImportRequest(string Path, string Base, string? Name, bool AnyBase);

/// <summary>Takes over what was trained elsewhere, after it was held against its base; the store has it whole or not at all.</summary>
/// <param name="tell">Sentences for the user that are no errors.</param>
internal sealed class ModelImport(ModelStore store, TimeProvider time, Action<string> tell)
{
    private static readonly string[] _ofAdapters = ["adapter_config.json", "adapter_model.safetensors", Lineage.FileName, "README.md", "LICENSE"];
    private static readonly string[] _ofTokenizers = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json", "generation_config.json"];

    /// <returns>What callers ask for.</returns>
    /// <exception cref="ModelStoreException">It cannot be used, or not with this base; the store is as it was.</exception>
    public string Run(ImportRequest request)
    {
        var entry = store.Find(request.Base) ?? throw new ModelStoreException($"The store {store.Folder} has no model '{request.Base}' to be the base. 'causeway models list' prints those there are.");
        var path = Path.GetFullPath(request.Path);
        var name = request.Name ?? (ModelName.TryDerive(path, out var derived) ? derived : throw new ModelStoreException("Say what it shall be called: --name."));
        try
        {
            if (File.Exists(Path.Combine(path, "adapter_config.json"))) return ImportAdapter(request, path, entry, name);
            if (File.Exists(Path.Combine(path, "config.json")) || path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)) return ImportModel(path, entry, name);
        }
        catch (ModelFormatException e)
        {
            throw new ModelStoreException(e.Message);
        }
        throw new ModelStoreException($"{path} is neither an adapter (a folder with adapter_config.json) nor a model (a folder with config.json, or a .gguf file).");
    }

    private string ImportAdapter(ImportRequest request, string path, ModelEntry entry, string name)
    {
        if (!ModelName.IsValid(name)) throw new ModelStoreException($"'{name}' is no name for an adapter: {ModelName.Rule}.");
        if (entry.Adapters.ContainsKey(name)) throw new ModelStoreException($"{entry.Name} has an adapter '{name}' already. Choose another name with --name.");
        if (!File.Exists(Path.Combine(path, "adapter_model.safetensors")) && File.Exists(Path.Combine(path, "adapter_model.bin")))
            throw new ModelStoreException($"{path} has its weights in adapter_model.bin, a format that can run code. Save them as safetensors.");
        using (var files = ModelFiles.Open(entry.Path))
        using (var lora = LoraFiles.Open(path, files.Config))
            CheckNumbers(lora.Modules.SelectMany(module => new[] { module.A, module.B }));
        var baseHash = WeightsHash.Of(entry.Path);
        if (!request.AnyBase && StatedBase.Check(path, entry, baseHash) is { } doubt) tell(doubt);
        var target = Path.Combine(store.Folder, entry.Name, "adapters", name);
        Workshop.MakeFolder(target, folder =>
        {
            FreeSpace.Check(folder, ModelSize.Of(path));
            Workshop.Copy(path, folder, _ofAdapters);
            new Origin(path, WeightsHash.Of(path), entry.Name, baseHash, time.GetUtcNow()).Write(folder);
        });
        store.AddAdapter(target, entry.Name, name);
        return $"{entry.Name}:{name}";
    }

    private string ImportModel(string path, ModelEntry entry, string name)
    {
        store.Checked(name);
        using (var model = ModelFiles.Open(path))
        using (var parent = ModelFiles.Open(entry.Path))
        {
            if (Difference(parent.Config, model.Config) is { } what) throw new ModelStoreException($"{path} is not made of {entry.Name}: it has {what}. Name its own base with --base.");
            CheckNumbers(model.Tensors.All);
        }
        var isFile = File.Exists(path);
        var imported = new ModelEntry { Name = name, Path = path, Source = path, Parent = entry.Name, Revision = WeightsHash.Of(path), License = entry.License };
        var workshop = store.Workshop(name);
        try
        {
            if (Directory.Exists(workshop)) Directory.Delete(workshop, recursive: true);
            Directory.CreateDirectory(workshop);
            FreeSpace.Check(workshop, ModelSize.Of(path));
            if (isFile) File.Copy(path, Path.Combine(workshop, Path.GetFileName(path)));
            else CopyModel(path, entry, workshop);
            ModelFiles.Open(isFile ? Path.Combine(workshop, Path.GetFileName(path)) : workshop).Dispose();
            return store.Publish(imported, isFile ? Path.GetFileName(path) : null).Name;
        }
        catch (Exception e)
        {
            if (Directory.Exists(workshop)) Directory.Delete(workshop, recursive: true);
            if (e is IOException or UnauthorizedAccessException) throw new ModelStoreException($"'{name}' could not be copied into the store: {e.Message.TrimEnd('.')}. Nothing is left of it; make room and run the same command again.");
            throw;
        }
    }

    // A checkpoint of a trainer often comes without its tokenizer: it is the base's then.
    private void CopyModel(string path, ModelEntry entry, string workshop)
    {
        Workshop.Copy(path, workshop, [.. _ofTokenizers, "config.json", "model.safetensors.index.json", "LICENSE", "README.md", .. Directory.EnumerateFiles(path, "*.safetensors").Select(file => Path.GetFileName(file))]);
        if (File.Exists(Path.Combine(workshop, "tokenizer.json")) || !Directory.Exists(entry.Path)) return;
        Workshop.Copy(entry.Path, workshop, _ofTokenizers.Where(file => !File.Exists(Path.Combine(workshop, file))));
        tell($"{path} has no tokenizer: that of {entry.Name} goes with it.");
    }

    private static string? Difference(ModelConfig one, ModelConfig other)
    {
        if (one.Architecture != other.Architecture) return $"the architecture {other.Architecture}, not {one.Architecture}";
        foreach (var (what, expected, actual) in new[]
        {
            ("layers", one.Layers.Length, other.Layers.Length), ("numbers in its hidden state", one.Hidden, other.Hidden), ("numbers in its feed-forward block", one.FeedForward, other.FeedForward),
            ("heads", one.Heads, other.Heads), ("heads of keys and values", one.KvHeads, other.KvHeads), ("numbers in a head", one.HeadLength, other.HeadLength), ("rows in its embedding", one.Vocabulary, other.Vocabulary),
        })
            if (expected != actual) return $"{actual} {what}, not {expected}";
        return null;
    }

    /// <exception cref="ModelStoreException">A number is none: what trained it broke down.</exception>
    private static void CheckNumbers(IEnumerable<StoredTensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            var numbers = new float[tensor.Columns];
            for (var row = 0; row < tensor.Rows; row++)
            {
                tensor.ReadRow(row, numbers);
                if (Array.Exists(numbers, number => !float.IsFinite(number)))
                    throw new ModelStoreException($"{tensor.Name} has numbers that are not finite: the training that made it broke down.");
            }
        }
    }
}
