namespace Causeway.Models;

/// <summary>What <c>causeway models show</c> prints.</summary>
internal static class ModelFacts
{
    public static void Write(TextWriter output, ModelEntry entry)
    {
        Line(output, "model", entry.Name);
        Line(output, "files", $"{entry.Path}, {PullProgress.Size(ModelSize.Of(entry.Path))}{(entry.IsOwned ? "" : " (not the store's own)")}");
        if (entry.Source is not null) Line(output, "from", $"{entry.Source} at {entry.Revision}");
        if (entry.License is not null) Line(output, "licence", entry.License);
        foreach (var (name, path) in entry.Adapters) Line(output, "adapter", $"{entry.Name}:{name}  {path}");
    }

    private static void Line(TextWriter output, string what, string value) => output.WriteLine($"{what,-14}{value}");
}
