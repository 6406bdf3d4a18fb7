using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Models;

/// <summary>A model of the store: <c>model.json</c> in a folder with the model's name.</summary>
internal sealed record ModelEntry
{
    public const string FileName = "model.json";
    private const int MaxBytes = 1 << 20;

    public required string Name { get; init; }

    /// <summary>A folder in Hugging Face's layout or a <c>.gguf</c> file, as an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>The files are the store's own and go with the entry.</summary>
    public bool IsOwned { get; init; }

    /// <summary>Where it was pulled or imported from: <c>HuggingFaceTB/SmolLM2-135M</c>, a path; null for one that was added.</summary>
    public string? Source { get; init; }

    /// <summary>For an imported one: the model of the store that it was made of.</summary>
    public string? Parent { get; init; }

    /// <summary>The commit that was pulled; for an imported one the hash of its weights.</summary>
    public string? Revision { get; init; }

    /// <summary>As the repository states it.</summary>
    public string? License { get; init; }

    /// <summary>Folders of LoRA adapters in PEFT's layout, by name.</summary>
    public ImmutableSortedDictionary<string, string> Adapters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Null when there is none, or none that can be read.</summary>
    public static ModelEntry? TryRead(string folder)
    {
        try
        {
            var file = new FileInfo(System.IO.Path.Combine(folder, FileName));
            if (!file.Exists || file.Length > MaxBytes) return null;
            using var document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
            var root = document.RootElement;
            if (Text(root, "path") is not { } path) return null;
            return new ModelEntry
            {
                Name = System.IO.Path.GetFileName(folder),
                Path = System.IO.Path.GetFullPath(path, System.IO.Path.GetFullPath(folder)),
                IsOwned = !System.IO.Path.IsPathRooted(path),
                Source = Text(root, "source"),
                Parent = Text(root, "parent"),
                Revision = Text(root, "revision"),
                License = Text(root, "license"),
                Adapters = AdaptersOf(root, folder),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    public void Write(string folder)
    {
        var (target, fresh) = (System.IO.Path.Combine(folder, FileName), System.IO.Path.Combine(folder, FileName + ".new"));
        using (var file = File.Create(fresh))
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("path", IsOwned ? System.IO.Path.GetRelativePath(folder, Path) : Path);
            if (Source is not null) json.WriteString("source", Source);
            if (Parent is not null) json.WriteString("parent", Parent);
            if (Revision is not null) json.WriteString("revision", Revision);
            if (License is not null) json.WriteString("license", License);
            json.WriteStartObject("adapters");
            foreach (var (name, path) in Adapters) json.WriteString(name, path);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        File.Move(fresh, target, overwrite: true);
    }

    private static ImmutableSortedDictionary<string, string> AdaptersOf(JsonElement root, string folder) =>
        root.TryGetProperty("adapters", out var adapters) && adapters.ValueKind == JsonValueKind.Object
            ? adapters.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String)
                .ToImmutableSortedDictionary(member => member.Name, member => System.IO.Path.GetFullPath(member.Value.GetString() ?? "", System.IO.Path.GetFullPath(folder)), StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty;

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
