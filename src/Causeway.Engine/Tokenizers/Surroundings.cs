using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Engine.Tokenizers;

/// <summary>Reads <c>post_processor</c> of a tokenizer.json: the tokens put before and after a text that comes without a template.</summary>
internal static class Surroundings
{
    private const string What = "The tokenizer's post_processor";
    private const int Deepest = 8;

    public static (ImmutableArray<int> Prefix, ImmutableArray<int> Suffix) Read(JsonElement? processor, Func<int, bool> exists)
    {
        var (prefix, suffix) = (new List<int>(), new List<int>());
        if (processor is { } element) Add(element, prefix, suffix, 0);
        return prefix.Concat(suffix).FirstOrDefault(id => !exists(id), -1) is >= 0 and var unknown
            ? throw new ModelFormatException($"{What} adds the token {unknown}, which the vocabulary does not have.")
            : ([.. prefix], [.. suffix]);
    }

    private static void Add(JsonElement element, List<int> prefix, List<int> suffix, int depth)
    {
        if (depth > Deepest) throw new ModelFormatException($"{What} is nested too deeply.");
        switch (element.Text("type", What))
        {
            case "ByteLevel":
                break;
            case "Sequence":
                foreach (var part in element.Items("processors", What)) Add(part, prefix, suffix, depth + 1);
                break;
            case "TemplateProcessing":
                AddTemplate(element, prefix, suffix);
                break;
            case var type:
                throw new ModelFormatException($"{What} is of the type {Json.Shown(type)}; ByteLevel, TemplateProcessing and Sequence can be run.");
        }
    }

    // Of several templates each surrounds what the one before made.
    private static void AddTemplate(JsonElement element, List<int> prefix, List<int> suffix)
    {
        var (before, after, met) = (new List<int>(), new List<int>(), false);
        foreach (var item in element.Items("single", What))
        {
            if (item.Member("Sequence") is not null)
            {
                if (met) throw new ModelFormatException($"{What} has the text twice in its template.");
                met = true;
                continue;
            }
            var name = (item.Member("SpecialToken") ?? throw new ModelFormatException($"{What} has an item that is neither Sequence nor SpecialToken.")).Text("id", What);
            var token = element.Member("special_tokens")?.Member(name) ?? throw new ModelFormatException($"{What} does not say what {Json.Shown(name)} is.");
            foreach (var id in token.Items("ids", What))
                (met ? after : before).Add(id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var number) && number >= 0 ? number : throw new ModelFormatException($"{What} has an id that is none."));
        }
        prefix.InsertRange(0, before);
        suffix.AddRange(after);
    }
}
