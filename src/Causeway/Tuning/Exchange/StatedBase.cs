using System.Text.Json;
using Causeway.Models;

namespace Causeway.Tuning.Exchange;

/// <summary>What an adapter says of the model that it was made for, held against a model of the store.</summary>
internal static class StatedBase
{
    private const int MaxConfig = 32 << 20;

    /// <param name="baseHash">The base's <see cref="WeightsHash"/>.</param>
    /// <returns>A sentence for the user when nothing can be told from the name; else null.</returns>
    /// <exception cref="ModelStoreException">It says that it is another one's.</exception>
    public static string? Check(string adapter, ModelEntry entry, string baseHash)
    {
        if (Lineage.Read(adapter) is { } lineage)
        {
            return lineage.BaseHash == baseHash ? null : throw new ModelStoreException(
                $"The adapter was trained on {lineage.BaseName} with the weights {Short(lineage.BaseHash)}; {entry.Name} has {Short(baseHash)}. It is another base. --any-base takes it all the same.");
        }
        if (Stated(adapter) is not { Length: > 0 } stated) return "The adapter does not say what it was made for; its names and shapes fit.";
        if (NamesOf(entry).Any(name => string.Equals(LastOf(name), LastOf(stated), StringComparison.OrdinalIgnoreCase))) return null;
        if (entry.Source is { } source && IsHubName(stated) && IsHubName(source))
            throw new ModelStoreException($"The adapter says that it was made for {Shown(stated)} (base_model_name_or_path); {entry.Name} is {source}. --any-base takes it all the same.");
        return $"The adapter says that it was made for {Shown(stated)}; whether {entry.Name} is that cannot be told from its name. Names and shapes fit.";
    }

    private static string? Stated(string adapter)
    {
        var file = new FileInfo(Path.Combine(adapter, "adapter_config.json"));
        if (file.Length > MaxConfig) return null;
        using var config = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
        return config.RootElement.TryGetProperty("base_model_name_or_path", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
    }

    private static IEnumerable<string> NamesOf(ModelEntry entry) => new[] { entry.Name, entry.Source, entry.Path }.OfType<string>();

    private static string LastOf(string name) => name.TrimEnd('/', '\\').Split('/', '\\')[^1];

    private static bool IsHubName(string name) => name.Split('/') is [{ Length: > 0 } owner, { Length: > 0 }] && owner is not ("." or ".." or "~");

    private static string Shown(string name) => string.Concat((name.Length <= 100 ? name : name[..100] + "…").Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] + "…" : hash;
}
