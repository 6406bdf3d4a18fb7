using System.Text.Json.Nodes;
using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Tokenizers;

/// <summary>The tiny models' vocabularies, as each kind of file says them.</summary>
internal static class TinyTokenizers
{
    public static Tokenizer Load(TinyTokenizer tiny) => Tokenizer.Create(Files(tiny));

    public static Tokenizer Load(JsonNode json) => Tokenizer.Create(new TokenizerFiles { Json = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()) });

    public static TokenizerFiles Files(TinyTokenizer tiny)
    {
        using var folder = new TinyFolder();
        TinyModel.Create(TinyArchitecture.Llama, tokenizer: tiny).WriteFolder(folder.Path);
        return new TokenizerFiles { Json = File.ReadAllBytes(folder.File("tokenizer.json")), ConfigJson = File.ReadAllBytes(folder.File("tokenizer_config.json")) };
    }

    public static JsonObject Json(TinyTokenizer tiny) => JsonNode.Parse(Files(tiny).Json.Span)!.AsObject();

    public static GgufTokens Gguf(TinyTokenizer tiny) => new()
    {
        Model = tiny.IsByteLevel ? "gpt2" : "llama",
        Pre = tiny.IsByteLevel ? tiny.Pre : "default",
        Tokens = [.. tiny.Tokens.Select(token => token.Text)],
        Types = [.. tiny.Tokens.Select(token => (int)token.Kind)],
        Scores = tiny.IsByteLevel ? [] : [.. tiny.Tokens.Select(token => token.Score)],
        Merges = tiny.IsByteLevel ? [.. tiny.Merges.Select(merge => $"{merge.Left} {merge.Right}")] : [],
        Start = tiny.Bos,
        End = tiny.EndOfTurn,
        Unknown = tiny.IsByteLevel ? null : tiny.Find("<unk>"),
        AddStart = tiny.AddBos,
        AddSpacePrefix = tiny.IsByteLevel ? null : tiny.AddSpace,
    };

    public static List<int> Encode(this Tokenizer tokenizer, string text, bool specials = false)
    {
        var tokens = new List<int>();
        tokenizer.Encode(text, specials, tokens);
        return tokens;
    }

    public static string Decode(this Tokenizer tokenizer, IEnumerable<int> tokens, bool keepSpecials = true)
    {
        var decoder = new TokenDecoder(tokenizer, keepSpecials);
        return string.Concat(tokens.Select(decoder.Add)) + decoder.Finish();
    }
}
