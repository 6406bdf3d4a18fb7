using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// Reads Hugging Face's <c>tokenizer.json</c>: BPE models with the steps that can be run exactly. Anything else is refused by name, since a tokenizer
/// that is nearly right makes a model that is quietly worse.
/// </summary>
internal static class TokenizerJson
{
    private const string What = "tokenizer.json";
    private const int MaxBytes = 256 << 20;

    /// <exception cref="ModelFormatException">It is damaged, or asks for what is not run here.</exception>
    public static TokenizerPlan Read(TokenizerFiles files)
    {
        if (files.Json.Length > MaxBytes) throw new ModelFormatException($"{What} has more than {MaxBytes >> 20} MiB.");
        try
        {
            return ReadMembers(files);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or OverflowException)
        {
            throw new ModelFormatException($"{What} cannot be read: {error.Message}", error);
        }
    }

    private static TokenizerPlan ReadMembers(TokenizerFiles files)
    {
        var members = Json.Members(files.Json, What);
        var model = Json.Members(members.GetValueOrDefault("model") is { Length: > 0 } bytes ? bytes : throw new ModelFormatException($"{What} has no model."), "The tokenizer's model");
        var cutting = WordSplitters.Read(Element(members, "pre_tokenizer"));
        var output = TokenOutput.Read(Element(members, "decoder"));
        if (cutting.ByteLevel != output.ByteLevel) throw new ModelFormatException($"{What} cuts words of bytes but joins characters, or the other way round.");

        var vocabulary = new VocabularyJson(output);
        vocabulary.ReadTokens(model);
        var added = vocabulary.ReadAdded(Element(members, "added_tokens"));
        vocabulary.ReadMerges(model);

        var rules = TextRules.Read(Element(members, "normalizer"));
        var (prefix, suffix) = Surroundings.Read(Element(members, "post_processor"), vocabulary.Output.Has);
        var (start, end) = ReadConfig(files.ConfigJson);
        var pairs = vocabulary.Model(model);
        return new TokenizerPlan
        {
            Model = pairs,
            Rules = rules,
            Cutting = vocabulary.Refine(cutting, pairs),
            Added = new AddedTokens([.. added.Where(token => !token.Normalized || rules.IsEmpty).Select(token => token.Token)]),
            AddedAfterRules = new AddedTokens([.. added.Where(token => token.Normalized && !rules.IsEmpty).Select(token => Normalize(token.Token, rules))]),
            Output = vocabulary.Output,
            Specials = [.. vocabulary.Specials],
            DropsLeadingSpaces = output.DropsLeadingSpaces,
            Prefix = prefix,
            Suffix = suffix,
            StartSpelling = start,
            EndSpelling = end,
        };
    }

    internal static JsonElement? Element(Dictionary<string, ReadOnlyMemory<byte>> members, string name)
    {
        if (!members.TryGetValue(name, out var bytes)) return null;
        var element = JsonElement.Parse(bytes.Span);
        return element.ValueKind == JsonValueKind.Null ? null : element;
    }

    private static AddedToken Normalize(AddedToken token, ImmutableArray<TextRule> rules)
    {
        ReadOnlySpan<byte> spelling = token.Spelling;
        foreach (var rule in rules) spelling = rule.Apply(spelling, atStart: true);
        return token with { Spelling = spelling.ToArray() };
    }

    private static (string Start, string End) ReadConfig(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return ("", "");
        var config = JsonElement.Parse(json.Span);
        return (Spelling(config.Member("bos_token")), Spelling(config.Member("eos_token")));
    }

    private static string Spelling(JsonElement? token) => token switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Object } added when added.Member("content") is { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => "",
    };
}
