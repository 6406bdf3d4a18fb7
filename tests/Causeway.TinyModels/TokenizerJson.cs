using System.Text.Json.Nodes;

namespace Causeway.TinyModels;

/// <summary>A tokenizer as Hugging Face's tokenizers library writes it: tokenizer.json.</summary>
internal static class TokenizerJson
{
    public static JsonObject Of(TinyTokenizer tokenizer)
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokenizer.Tokens.Count; id++)
            if (!tokenizer.IsByteLevel || tokenizer.Tokens[id].Kind == TinyTokenKind.Normal) vocabulary[tokenizer.Tokens[id].Text] = id;
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = Added(tokenizer),
            ["normalizer"] = tokenizer.IsByteLevel ? Normalizer(tokenizer) : Spaces(tokenizer),
            ["pre_tokenizer"] = tokenizer.IsByteLevel ? Split(tokenizer) : null,
            ["post_processor"] = PostProcessor(tokenizer),
            ["decoder"] = tokenizer.IsByteLevel ? Bytes() : FallbackDecoder(tokenizer),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = tokenizer.IsByteLevel ? null : "<unk>",
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = !tokenizer.IsByteLevel,
                ["byte_fallback"] = !tokenizer.IsByteLevel,
                ["ignore_merges"] = tokenizer.Pre == "llama-bpe",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. tokenizer.Merges.Select(merge => new JsonArray(merge.Left, merge.Right))]),
            },
        };
    }

    private static JsonArray Added(TinyTokenizer tokenizer)
    {
        var added = new JsonArray();
        for (var id = 0; id < tokenizer.Tokens.Count; id++)
        {
            var token = tokenizer.Tokens[id];
            if (token.Kind is TinyTokenKind.Normal or TinyTokenKind.Byte) continue;
            added.Add(new JsonObject
            {
                ["id"] = id,
                ["content"] = token.Text,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = token.Kind != TinyTokenKind.UserDefined,
            });
        }
        return added;
    }

    private static JsonObject? Normalizer(TinyTokenizer tokenizer) => tokenizer.Pre == "qwen2" ? new JsonObject { ["type"] = "NFC" } : null;

    private static JsonObject Spaces(TinyTokenizer tokenizer)
    {
        JsonObject Replace() => new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = "▁" };
        return tokenizer.AddSpace
            ? new JsonObject { ["type"] = "Sequence", ["normalizers"] = new JsonArray(new JsonObject { ["type"] = "Prepend", ["prepend"] = "▁" }, Replace()) }
            : Replace();
    }

    private static JsonObject Split(TinyTokenizer tokenizer)
    {
        var digits = tokenizer.Pre == "qwen2" ? @"\p{N}" : @"\p{N}{1,3}";
        var pattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + digits + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
        return new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false },
                Bytes()),
        };
    }

    private static JsonObject Bytes() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = false, ["use_regex"] = false };

    private static JsonObject FallbackDecoder(TinyTokenizer tokenizer)
    {
        var decoders = new JsonArray(
            new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = "▁" }, ["content"] = " " },
            new JsonObject { ["type"] = "ByteFallback" },
            new JsonObject { ["type"] = "Fuse" });
        if (tokenizer.AddSpace) decoders.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        return new JsonObject { ["type"] = "Sequence", ["decoders"] = decoders };
    }

    private static JsonObject? PostProcessor(TinyTokenizer tokenizer)
    {
        if (!tokenizer.AddBos || tokenizer.Bos is not { } bos) return tokenizer.IsByteLevel ? Bytes() : null;
        var text = tokenizer.Tokens[bos].Text;
        JsonObject Special() => new() { ["SpecialToken"] = new JsonObject { ["id"] = text, ["type_id"] = 0 } };
        JsonObject Sequence(string id) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = 0 } };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(), Sequence("A")),
            ["pair"] = new JsonArray(Special(), Sequence("A"), Sequence("B")),
            ["special_tokens"] = new JsonObject
            {
                [text] = new JsonObject { ["id"] = text, ["ids"] = new JsonArray(bos), ["tokens"] = new JsonArray(text) },
            },
        };
    }
}
