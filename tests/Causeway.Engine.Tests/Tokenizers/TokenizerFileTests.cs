using System.Text;
using System.Text.Json.Nodes;
using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Tokenizers;

/// <summary>tokenizer.json files that ask for what is not run here, or are damaged.</summary>
public sealed class TokenizerFileTests
{
    [Theory]
    [InlineData("normalizer", """{"type":"NFKC"}""", "NFKC")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"Regex":"a+"},"content":"b"}""", "pattern")]
    [InlineData("pre_tokenizer", """{"type":"BertPreTokenizer"}""", "BertPreTokenizer")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"\\w+"},"behavior":"Isolated","invert":false}""", "\\w+")]
    [InlineData("decoder", """{"type":"WordPiece"}""", "WordPiece")]
    [InlineData("decoder", "null", "decoder")]
    [InlineData("post_processor", """{"type":"BertProcessing"}""", "BertProcessing")]
    [InlineData("added_tokens", """[{"content":"<x>","id":0}]""", "<x>")]
    [InlineData("model", """{"type":"Unigram"}""", "Unigram")]
    [InlineData("model", """{"type":"BPE","vocab":{}}""", "empty")]
    public void What_cannot_be_run_is_refused_by_name(string member, string value, string named)
    {
        var json = TinyTokenizers.Json(TinyTokenizer.Qwen);
        json[member] = JsonNode.Parse(value);

        var error = Assert.Throws<ModelFormatException>(() => TinyTokenizers.Load(json));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dropout", "0.1", "dropout")]
    [InlineData("continuing_subword_prefix", "\"##\"", "continuing_subword_prefix")]
    [InlineData("unk_token", "\"<nothing>\"", "unk_token")]
    [InlineData("merges", """["a b c"]""", "merge")]
    [InlineData("merges", """[["a","\u0120\u0120\u0120q"]]""", "vocabulary")]
    public void A_model_that_cannot_be_run_is_refused_by_name(string member, string value, string named)
    {
        var json = TinyTokenizers.Json(TinyTokenizer.Qwen);
        json["model"]![member] = JsonNode.Parse(value);

        var error = Assert.Throws<ModelFormatException>(() => TinyTokenizers.Load(json));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lstrip", "a  <mark> b", "a<mark> b")]
    [InlineData("rstrip", "a <mark>  b", "a <mark>b")]
    public void An_added_token_takes_the_whitespace_that_is_its(string side, string text, string left)
    {
        var json = TinyTokenizers.Json(TinyTokenizer.Llama3);
        json["added_tokens"]!.AsArray().Add(JsonNode.Parse($$"""{"id":9000,"content":"<mark>","special":true,"normalized":false,"{{side}}":true}"""));
        var tokenizer = TinyTokenizers.Load(json);

        Assert.Equal(left, tokenizer.Decode(tokenizer.Encode(text, specials: true)));
    }

    [Fact]
    public void An_added_token_that_is_a_whole_word_is_not_found_in_another()
    {
        var json = TinyTokenizers.Json(TinyTokenizer.Llama3);
        json["added_tokens"]!.AsArray().Add(JsonNode.Parse("""{"id":9000,"content":"mark","special":true,"normalized":false,"single_word":true}"""));
        var tokenizer = TinyTokenizers.Load(json);

        Assert.Equal(1, tokenizer.Encode("marks mark remark", specials: true).Count(token => token == 9000));
    }

    [Fact]
    public void Merges_are_read_as_texts_and_as_pairs()
    {
        var json = TinyTokenizers.Json(TinyTokenizer.Qwen);
        var pairs = TinyTokenizers.Load(json);
        json["model"]!["merges"] = new JsonArray([.. json["model"]!["merges"]!.AsArray().Select(pair => JsonValue.Create($"{pair![0]} {pair[1]}"))]);

        Assert.Equal(pairs.Encode("The weather in Paris"), TinyTokenizers.Load(json).Encode("The weather in Paris"));
    }

    [Fact]
    public void Damaged_files_give_clear_errors_only()
    {
        var random = new Random(11);
        foreach (var tiny in (TinyTokenizer[])[TinyTokenizer.Qwen, TinyTokenizer.Llama2])
        {
            var whole = TinyTokenizers.Files(tiny).Json.ToArray();
            for (var i = 0; i < 300; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    var tokenizer = Tokenizer.Create(new TokenizerFiles { Json = Damaged(whole, random) });
                    tokenizer.Encode("Hello <|im_end|> é🙂", specials: true);
                }
                catch (ModelFormatException error)
                {
                    Assert.NotEmpty(error.Message);
                }
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
            }
        }
    }

    [Fact]
    public void A_vocabulary_in_a_GGUF_file_that_cannot_be_run_is_refused()
    {
        var gguf = TinyTokenizers.Gguf(TinyTokenizer.Qwen);

        foreach (var wrong in (GgufTokens[])[
            gguf with { Model = "bert" }, gguf with { Pre = "tekken" }, gguf with { Tokens = [] }, gguf with { Types = [1] }, gguf with { Merges = [] },
            gguf with { Merges = ["a"] }, gguf with { Merges = ["zzz qqq"] }, gguf with { Start = 1_000_000, AddStart = true }, gguf with { Model = "llama" }])
            Assert.Throws<ModelFormatException>(() => Tokenizer.Create(new TokenizerFiles { Gguf = wrong }));
    }

    private static byte[] Damaged(byte[] whole, Random random)
    {
        var damaged = whole.ToArray();
        if (random.Next(4) == 0) return damaged[..random.Next(damaged.Length)];
        // The vocabulary is most of the file; what says how it is used comes first.
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(3000, damaged.Length) : damaged.Length);
            damaged[at] = random.Next(3) == 0 ? (byte)random.Next(256) : Encoding.ASCII.GetBytes("\"{}[]:,0129aeT\\u")[random.Next(16)];
        }
        return damaged;
    }
}
