using Causeway.Tuning.Exchange;

namespace Causeway.Models;

/// <summary>What <c>causeway models list</c> prints of a model: a row for it and one for each of its adapters.</summary>
internal static class ModelRows
{
    public static string[] Headings { get; } = ["NAME", "SIZE", "MADE OF", "FROM"];

    public static IEnumerable<string[]> Of(ModelEntry entry)
    {
        yield return [entry.Name, PullProgress.Size(ModelSize.Of(entry.Path)), entry.Parent ?? "", entry.Source ?? entry.Path];
        foreach (var (name, path) in entry.Adapters)
            yield return [$"{entry.Name}:{name}", PullProgress.Size(ModelSize.Of(path)), entry.Name, Origin.Describe(path)];
    }
}
