using Causeway.Models;

namespace Causeway.Tuning.Exchange;

/// <summary>What is to be exported.</summary>
/// <param name="Name">For the file's own name and what it calls itself.</param>
/// <param name="BasePath">A folder in Hugging Face's layout, or a GGUF file.</param>
/// <param name="AdapterPath">A folder in PEFT's layout; null: the base alone.</param>
internal sealed record AdapterChoice(string Name, string BasePath, string? AdapterPath)
{
    private const string JobPrefix = "ftjob-";
    private const int JobEnd = 8;

    /// <param name="text">A model of the store, perhaps with an adapter; a fine-tuning job; a path of a model or of an adapter.</param>
    /// <param name="baseName">The base of an adapter that is named by its path; null: its lineage says it.</param>
    /// <exception cref="ModelStoreException">There is none.</exception>
    public static AdapterChoice Find(ModelStore store, string text, string? baseName)
    {
        if (File.Exists(Path.Combine(text, "adapter_config.json"))) return OfFolder(store, Path.GetFullPath(text), baseName);
        if (baseName is not null) throw new ModelStoreException($"--base goes with the folder of an adapter, and {text} is none.");
        if (text.StartsWith(JobPrefix, StringComparison.Ordinal)) text = OfJob(store, text);
        var found = store.Resolve(text, mayBePath: true) ?? throw new ModelStoreException($"No model '{text}': {store.Missing(text)}.");
        var name = ModelName.TryDerive(found.Entry.Path, out var derived) && !ModelName.IsValid(found.Entry.Name) ? derived : found.Entry.Name;
        return new AdapterChoice(found.Adapter is null ? name : $"{name}-{found.Adapter}", found.Entry.Path, found.AdapterPath);
    }

    private static AdapterChoice OfFolder(ModelStore store, string folder, string? baseName)
    {
        var named = baseName ?? Lineage.Read(folder)?.BaseName ?? throw new ModelStoreException($"{folder} does not say what it is an adapter of ({Lineage.FileName}): name the model with --base.");
        var found = store.Resolve(named, mayBePath: true) ?? throw new ModelStoreException($"No model '{named}' to be the adapter's base: {store.Missing(named)}. --base names another.");
        return new AdapterChoice($"{Path.GetFileName(found.Entry.Name)}-{Path.GetFileName(folder)}", found.Entry.Path, folder);
    }

    // What a job made is called by the end of the job's id.
    private static string OfJob(ModelStore store, string job) =>
        (from entry in store.List()
         from adapter in entry.Adapters.Keys
         where job.Length > JobEnd + JobPrefix.Length && adapter.EndsWith("-" + job[^JobEnd..], StringComparison.Ordinal)
         select $"{entry.Name}:{adapter}").FirstOrDefault()
        ?? throw new ModelStoreException($"The store {store.Folder} has no adapter of the job '{job}': it has not succeeded, or its model was removed.");
}
