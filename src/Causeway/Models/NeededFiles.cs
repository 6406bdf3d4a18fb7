using System.Text.RegularExpressions;

namespace Causeway.Models;

/// <summary>Which files of a repository make a model that runs here.</summary>
/// <param name="Main">The one .gguf file (the first part of a split one); null when the folder is the model.</param>
internal sealed partial record NeededFiles(IReadOnlyList<HubFile> Files, string? Main)
{
    private static readonly string[] _small =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
        "chat_template.json", "model.safetensors.index.json",
    ];

    public long Bytes => Files.Sum(file => file.Size);

    /// <param name="quant">A quantization such as <c>Q8_0</c>: take the .gguf file that has it in its name. Null: safetensors if there are any.</param>
    /// <exception cref="ModelStoreException">There is nothing to run, or no telling which of several files is meant.</exception>
    public static NeededFiles Of(HubListing listing, string? quant)
    {
        var weights = listing.Files.Where(file => Weights().IsMatch(file.Path)).ToList();
        var needed = quant is null && weights.Count > 0 ? OfSafetensors(listing, weights) : OfGguf(listing, quant);
        if (needed.Files.FirstOrDefault(file => file.Size < 0) is { } unknown) throw new ModelStoreException($"The hub does not say how large {unknown.Path} is.");
        return needed;
    }

    private static NeededFiles OfSafetensors(HubListing listing, List<HubFile> weights)
    {
        if (listing.Files.All(file => file.Path != "config.json")) throw new ModelStoreException($"{listing.Id} has weights but no config.json: it is no model that runs here.");
        // A repository may hold the same weights whole and in parts.
        var whole = weights.Where(file => file.Path == "model.safetensors").ToList();
        return new NeededFiles([.. listing.Files.Where(file => _small.Contains(file.Path)), .. whole.Count > 0 ? whole : weights], null);
    }

    private static NeededFiles OfGguf(HubListing listing, string? quant)
    {
        var files = listing.Files.Where(file => file.Path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !file.Path.Contains("mmproj", StringComparison.OrdinalIgnoreCase)).ToList();
        if (files.Count == 0) throw new ModelStoreException($"{listing.Id} has neither safetensors nor GGUF files{(quant is null ? "" : " of that kind")}: nothing of it runs here.");
        var models = files.GroupBy(file => Part().Replace(file.Path, ".gguf")).Where(model => quant is null || Has(model.Key, quant)).ToList();
        if (models.Count == 1)
        {
            List<HubFile> parts = [.. models[0].OrderBy(file => file.Path, StringComparer.Ordinal)];
            return new NeededFiles(parts, parts[0].Path);
        }
        var choices = string.Join(", ", files.Select(file => Part().Replace(file.Path, ".gguf")).Distinct().Order(StringComparer.Ordinal));
        throw new ModelStoreException(quant is null
            ? $"{listing.Id} has several GGUF files: choose one with --quant. There are {choices}."
            : $"--quant {quant} fits {(models.Count == 0 ? "none" : "more than one")} of {choices}.");
    }

    // Q4_K must not be found in Q4_K_M, nor 0 in Q8_0.
    private static bool Has(string path, string quant)
    {
        for (var at = path.IndexOf(quant, StringComparison.OrdinalIgnoreCase); at >= 0; at = path.IndexOf(quant, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + quant.Length;
            if ((at == 0 || IsBorder(path[at - 1])) && (end == path.Length || IsBorder(path[end]))) return true;
        }
        return false;
    }

    private static bool IsBorder(char letter) => !char.IsAsciiLetterOrDigit(letter) && letter != '_';

    [GeneratedRegex(@"\Amodel(?:-\d{5}-of-\d{5})?\.safetensors\z", RegexOptions.CultureInvariant)]
    private static partial Regex Weights();

    [GeneratedRegex(@"-\d{5}-of-\d{5}\.gguf\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Part();
}
