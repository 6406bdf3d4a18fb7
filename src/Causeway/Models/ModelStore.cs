using Causeway.Spec.Plans;

namespace Causeway.Models;

/// <summary>
/// The models that have a name: a folder for each, with <see cref="ModelEntry.FileName"/> in it and, for a pulled one, its files. Read anew at
/// every question, so that a running gateway sees what was added. Safe to use from several threads and processes: an entry appears in one step.
/// </summary>
/// <param name="folder">It need not exist.</param>
/// <param name="shipped">Where more models may lie that are only read, each behind one of the same name in <paramref name="folder"/>; null for none.</param>
internal sealed class ModelStore(string folder, string? shipped = null)
{
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Where the models are that come with the program.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <param name="models">As the spec's upstream names it; null for the default.</param>
    public static ModelStore Of(string? models, string dataFolder) => new(models is null ? Path.Combine(dataFolder, "models") : Expand(models), Shipped);

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ModelEntry> List() =>
        [.. EntriesOf(Folder).Concat(EntriesOf(shipped)).DistinctBy(entry => entry.Name, StringComparer.Ordinal).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    public ModelEntry? Find(string name) => !ModelName.IsValid(name) ? null
        : ModelEntry.TryRead(FolderOf(name)) ?? (shipped is null ? null : ModelEntry.TryRead(Path.Combine(shipped, name)));

    /// <summary>Finds what a target names: a name of the store or a path, perhaps with an adapter.</summary>
    /// <param name="mayBePath">Only the operator may name a path, never a caller.</param>
    public ModelChoice? Resolve(string text, bool mayBePath)
    {
        var (model, adapter) = ModelName.Split(text);
        var entry = Find(model);
        if (entry is null && mayBePath && EmbeddedPlan.IsPath(model) && Exists(Expand(model)))
            entry = new ModelEntry { Name = model, Path = Path.GetFullPath(Expand(model)) };
        if (entry is null) return null;
        if (adapter is null) return new ModelChoice(entry, null, null);
        return entry.Adapters.TryGetValue(adapter, out var path) ? new ModelChoice(entry, adapter, path) : null;
    }

    /// <summary>Why <see cref="Resolve"/> would find nothing; null when it finds a model.</summary>
    public string? Missing(string text)
    {
        if (Resolve(text, mayBePath: true) is { } choice) return Exists(choice.Entry.Path) ? null : $"its files are gone from {choice.Entry.Path}";
        var (model, adapter) = ModelName.Split(text);
        if (adapter is not null && Find(model) is not null) return $"the model is there but has no adapter '{adapter}'";
        return EmbeddedPlan.IsPath(model) ? "there is nothing at this path" : $"the store {Folder} has no such model";
    }

    /// <summary>Keeps a model by its path, under a name.</summary>
    /// <exception cref="ModelStoreException">There is nothing, it looks like no model, or the name is taken.</exception>
    public ModelEntry Add(string path, string name)
    {
        var full = Path.GetFullPath(Expand(path));
        if (!LooksLikeModel(full)) throw new ModelStoreException($"{full} is no model: a folder with config.json, or a .gguf file, is.");
        return Save(new ModelEntry { Name = Checked(name), Path = full });
    }

    /// <exception cref="ModelStoreException">There is no adapter, or no such model.</exception>
    public ModelEntry AddAdapter(string path, string model, string adapter)
    {
        var full = Path.GetFullPath(Expand(path));
        if (!File.Exists(Path.Combine(full, "adapter_config.json"))) throw new ModelStoreException($"{full} is no LoRA adapter: a folder with adapter_config.json is.");
        if (!ModelName.IsValid(adapter)) throw new ModelStoreException($"'{adapter}' is no name for an adapter: {ModelName.Rule}.");
        var entry = Find(model) ?? throw new ModelStoreException($"The store has no model '{model}'.");
        entry = entry with { Adapters = entry.Adapters.SetItem(adapter, full), Held = entry.Held.Remove(adapter) };
        // A shipped model gets an entry of the store's own, which comes before it.
        if (!Directory.Exists(FolderOf(model))) return Save(entry with { IsOwned = false });
        entry.Write(FolderOf(model));
        return entry;
    }

    /// <summary>Makes an adapter of the store's own, that only the spec's targets lead to. One of the same name is replaced.</summary>
    /// <param name="fill">Writes its files into the folder that it is given.</param>
    /// <returns>Its folder.</returns>
    /// <exception cref="ModelStoreException">There is no such model.</exception>
    /// <exception cref="IOException">The disk is full or not writable; nothing has changed then.</exception>
    public string PublishAdapter(string model, string adapter, Action<string> fill)
    {
        if (Find(model) is null) throw new ModelStoreException($"The store has no model '{model}'.");
        var (folder, workshop) = (Path.Combine(FolderOf(model), "adapters", adapter), Path.Combine(FolderOf(model), ".adapter-" + adapter));
        if (Directory.Exists(workshop)) Directory.Delete(workshop, recursive: true);
        Directory.CreateDirectory(workshop);
        try
        {
            fill(workshop);
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.Move(workshop, folder);
        }
        catch
        {
            if (Directory.Exists(workshop)) Directory.Delete(workshop, recursive: true);
            throw;
        }
        // Read again: somebody may have added another meanwhile.
        var entry = Find(model) ?? throw new ModelStoreException($"The store has no model '{model}' any more.");
        (entry with { Adapters = entry.Adapters.SetItem(adapter, folder), Held = entry.Held.Add(adapter) }).Write(FolderOf(model));
        return folder;
    }

    /// <summary>Takes back what <see cref="PublishAdapter"/> made; nothing happens when it is not there.</summary>
    public void WithdrawAdapter(string model, string adapter)
    {
        if (Find(model) is not { } entry || !entry.Adapters.ContainsKey(adapter)) return;
        (entry with { Adapters = entry.Adapters.Remove(adapter), Held = entry.Held.Remove(adapter) }).Write(FolderOf(model));
        var folder = Path.Combine(FolderOf(model), "adapters", adapter);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>Takes it out of the store. Files go only if they are the store's own.</summary>
    /// <exception cref="ModelStoreException">There is no such model.</exception>
    public ModelEntry Remove(string name)
    {
        var entry = Find(name) ?? throw new ModelStoreException($"The store has no model '{name}'.");
        if (!Directory.Exists(FolderOf(name))) throw new ModelStoreException($"'{name}' comes with the program and is not the store's: its files are in {entry.Path}.");
        Directory.Delete(FolderOf(name), recursive: true);
        return entry;
    }

    /// <summary>Where a model is put together before it appears; it may hold files of an earlier try.</summary>
    public string Workshop(string name) => Path.Combine(Folder, ".pull-" + Checked(name));

    /// <summary>Makes what lies in the <see cref="Workshop"/> a model of the store, in one step.</summary>
    /// <param name="file">The model's file there; null when the folder is the model.</param>
    public ModelEntry Publish(ModelEntry entry, string? file)
    {
        var workshop = Workshop(entry.Name);
        (entry with { Path = file is null ? workshop : Path.Combine(workshop, file), IsOwned = true }).Write(workshop);
        Directory.Move(workshop, FolderOf(entry.Name));
        return Find(entry.Name) ?? throw new ModelStoreException($"The model '{entry.Name}' is gone again: has somebody removed it?");
    }

    /// <exception cref="ModelStoreException">It is none, or taken.</exception>
    public string Checked(string name)
    {
        if (!ModelName.IsValid(name)) throw new ModelStoreException($"'{name}' is no name for a model: {ModelName.Rule}.");
        if (Directory.Exists(FolderOf(name))) throw new ModelStoreException($"The store has a model '{name}' already. Choose another name with --name, or 'causeway models rm {name}' first.");
        return name;
    }

    private ModelEntry Save(ModelEntry entry)
    {
        var workshop = Path.Combine(Folder, ".add-" + Path.GetRandomFileName());
        Directory.CreateDirectory(workshop);
        entry.Write(workshop);
        Directory.Move(workshop, FolderOf(entry.Name));
        return entry;
    }

    private static IEnumerable<ModelEntry> EntriesOf(string? folder) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder).Where(path => ModelName.IsValid(Path.GetFileName(path))).Select(ModelEntry.TryRead).OfType<ModelEntry>()
        : [];

    private string FolderOf(string name) => Path.Combine(Folder, name);

    private static bool LooksLikeModel(string path) =>
        File.Exists(Path.Combine(path, "config.json")) || (File.Exists(path) && path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase));

    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path);

    private static string Expand(string path) => path.StartsWith("~/", StringComparison.Ordinal)
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..]) : path;
}

/// <summary>What a target's model is.</summary>
/// <param name="Adapter">With its <paramref name="AdapterPath"/>, or neither.</param>
internal sealed record ModelChoice(ModelEntry Entry, string? Adapter, string? AdapterPath)
{
    /// <summary>Only the spec's own targets lead there.</summary>
    public bool IsHeld => Adapter is not null && Entry.Held.Contains(Adapter);
}
