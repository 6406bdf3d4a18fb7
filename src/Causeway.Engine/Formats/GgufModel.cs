using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Engine.Formats.Writing;

namespace Causeway.Engine.Formats;

/// <summary>Reads a model from a GGUF file, or from the parts of a split one: everything it needs is in there.</summary>
internal static partial class GgufModel
{
    private const int SplitLimit = 1024;

    // What makers call the token that ends a turn; a file names one of them at the most.
    private static readonly string[] _turnEnds = ["<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>"];

    public static ModelFiles Open(string path)
    {
        var maps = new List<MappedFile>();
        try
        {
            var files = OpenParts(path, maps);
            var first = files[0];
            var architecture = GgufConfig.ArchitectureOf(first);
            var tensors = Gather(files, maps, architecture, HeadLength(first));
            var factors = tensors.Find(GgufNames.RopeFactors)?.ReadAll();
            var embedding = tensors.Find("model.embed_tokens.weight") ?? throw first.Bad("has no token_embd.weight");
            if (embedding.Rows > ConfigLimits.Vocabulary) throw first.Bad($"has a vocabulary of {embedding.Rows} tokens; {ConfigLimits.Vocabulary} are taken at the most");
            var config = GgufConfig.Read(first, embedding.Rows, tensors.Find("lm_head.weight") is null, factors);
            WeightShapes.Check(config, tensors);
            var tokens = Tokens(first);
            return new ModelFiles
            {
                Name = first.Values.Text("general.name") ?? Path.GetFileNameWithoutExtension(path),
                Config = config,
                Tensors = tensors,
                Tokenizer = new TokenizerFiles { Gguf = tokens },
                ChatTemplate = first.Values.Text("tokenizer.chat_template"),
                GenerationDefaults = new GenerationDefaults { EndTokens = EndTokens(first, tokens, config.Vocabulary) },
            };
        }
        catch
        {
            foreach (var map in maps) map.Dispose();
            throw;
        }
    }

    /// <summary>Takes over the values of a file, but for those that say how it is laid out.</summary>
    public static void CopyValues(string path, GgufEntries into)
    {
        using var map = MappedFile.Open(path);
        foreach (var (key, at, length) in new GgufFile(map).Values.Places)
            if (key != "general.alignment" && !key.StartsWith("split.", StringComparison.Ordinal)) into.Copy(key, map.Span(at, length));
    }

    private static List<GgufFile> OpenParts(string path, List<MappedFile> maps)
    {
        maps.Add(MappedFile.Open(path));
        var files = new List<GgufFile> { new(maps[0]) };
        var first = files[0];
        var count = first.Values.Count("split.count", SplitLimit, least: 0) ?? 1;
        if (count <= 1) return files;
        var name = SplitName().Match(path);
        if (!name.Success) throw first.Bad("is one part of a split file, but is not named like NAME-00001-of-00002.gguf, so that the others cannot be found");
        if (first.Values.Count("split.no", SplitLimit, least: 0) != 0 || name.Groups[2].Value != "00001")
            throw first.Bad("is not the first part of a split file; name the first one, the others are found beside it");
        for (var part = 1; part < count; part++)
        {
            var other = string.Create(CultureInfo.InvariantCulture, $"{name.Groups[1].Value}-{part + 1:00000}-of-{count:00000}.gguf");
            maps.Add(MappedFile.Open(other));
            files.Add(new GgufFile(maps[^1]));
            if (files[^1].Values.Count("split.no", SplitLimit) != part || files[^1].Values.Count("split.count", SplitLimit) != count)
                throw files[^1].Bad("says of itself that it is another part, or of another file");
        }
        var total = files.Sum(file => file.Tensors.Count + file.Unreadable.Count);
        if (first.Values.Count("split.tensors.count", TensorRange.TensorLimit) is { } expected && expected != total)
            throw first.Bad($"has {total} tensors in all its parts, and says that they are {expected}");
        return files;
    }

    // Read before the configuration, because the order of rows depends on it; checked with everything else afterwards.
    private static int HeadLength(GgufFile file)
    {
        var prefix = file.Values.Text("general.architecture");
        var hidden = file.Values.Count($"{prefix}.embedding_length", ConfigLimits.Hidden) ?? 0;
        return file.Values.Count($"{prefix}.attention.key_length", ConfigLimits.HeadLength)
            ?? hidden / (file.Values.Count($"{prefix}.attention.head_count", ConfigLimits.Heads) ?? 1);
    }

    private static unsafe TensorSet Gather(List<GgufFile> files, List<MappedFile> maps, Architecture architecture, int headLength)
    {
        var (tensors, unreadable) = (new List<StoredTensor>(), new Dictionary<string, string>(StringComparer.Ordinal));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var range in file.Tensors)
            {
                var name = GgufNames.ToHuggingFace(architecture, range.Name);
                if (!names.Add(name)) throw file.Bad($"has {range.Name} under two names, or in two parts");
                tensors.Add(new StoredTensor(name, range.Type, range.Shape, file.DataOf(range), GgufNames.InterleavedHead(architecture, name, range.Shape.AsSpan(), headLength)));
            }
            foreach (var (name, type) in file.Unreadable) unreadable[GgufNames.ToHuggingFace(architecture, name)] = type;
        }
        return new TensorSet(tensors, maps, unreadable);
    }

    private static GgufTokens? Tokens(GgufFile file)
    {
        const string Prefix = "tokenizer.ggml.";
        var values = file.Values;
        if (values.Text(Prefix + "model") is not { } model) return null;
        int? Id(string key) => values.Count($"{Prefix}{key}_token_id", ConfigLimits.Vocabulary, least: 0);
        return new GgufTokens
        {
            Model = model,
            Pre = values.Text(Prefix + "pre"),
            Tokens = values.Texts(Prefix + "tokens"),
            Scores = values.Floats(Prefix + "scores"),
            Types = [.. values.Numbers(Prefix + "token_type").Select(type => (int)Math.Clamp(type, 0, 255))],
            Merges = values.Texts(Prefix + "merges"),
            Start = Id("bos"),
            End = Id("eos"),
            Unknown = Id("unknown"),
            AddStart = values.Flag(Prefix + "add_bos_token"),
            AddEnd = values.Flag(Prefix + "add_eos_token"),
            AddSpacePrefix = values.Flag(Prefix + "add_space_prefix"),
        };
    }

    private static ImmutableArray<int> EndTokens(GgufFile file, GgufTokens? tokens, int vocabulary)
    {
        if (tokens is null) return [];
        int? Id(string key) => file.Values.Count($"tokenizer.ggml.{key}_token_id", ConfigLimits.Vocabulary, least: 0);
        var named = Enumerable.Range(0, Math.Min(tokens.Tokens.Length, tokens.Types.Length))
            .Where(id => tokens.Types[id] == 3 && _turnEnds.Contains(tokens.Tokens[id]));
        return [.. new[] { tokens.End, Id("eot"), Id("eom") }.OfType<int>().Concat(named).Where(id => id < vocabulary).Distinct()];
    }

    [GeneratedRegex(@"^(.*)-(\d{5})-of-(\d{5})\.gguf$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex SplitName();
}
