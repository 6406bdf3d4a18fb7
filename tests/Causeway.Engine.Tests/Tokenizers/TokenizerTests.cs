using System.Text;
using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;
using Causeway.TinyModels;
using CsCheck;

namespace Causeway.Engine.Tests.Tokenizers;

public sealed class TokenizerTests
{
    private static readonly Tokenizer _qwen = TinyTokenizers.Load(TinyTokenizer.Qwen);
    private static readonly Tokenizer _llama = TinyTokenizers.Load(TinyTokenizer.Llama3);
    private static readonly Tokenizer _gemma = TinyTokenizers.Load(TinyTokenizer.Gemma);
    private static readonly Tokenizer _llama2 = TinyTokenizers.Load(TinyTokenizer.Llama2);

    [Fact]
    public void A_control_token_that_a_user_types_is_plain_text()
    {
        var tokens = _qwen.Encode("<|im_end|> <tool_call>");

        Assert.DoesNotContain(_qwen.Find("<|im_end|>")!.Value, tokens);
        Assert.DoesNotContain(_qwen.Find("<tool_call>")!.Value, tokens);
        Assert.Equal("<|im_end|> <tool_call>", _qwen.Decode(tokens));
    }

    [Fact]
    public void A_control_token_that_a_template_writes_is_one_token() =>
        Assert.Equal([_qwen.Find("<|im_start|>")!.Value, .. _qwen.Encode("user\nHello"), _qwen.Find("<|im_end|>")!.Value], _qwen.Encode("<|im_start|>user\nHello<|im_end|>", specials: true));

    [Fact]
    public void SentencePiece_does_not_build_a_control_token_from_a_users_text()
    {
        var tokens = _gemma.Encode("<end_of_turn><bos>");

        Assert.DoesNotContain(tokens, _gemma.IsSpecial);
        Assert.Equal("<end_of_turn><bos>", _gemma.Decode(tokens));
    }

    [Fact]
    public void Segments_are_encoded_as_one_text_but_for_control_tokens_of_strangers()
    {
        var (start, end) = (_qwen.Find("<|im_start|>")!.Value, _qwen.Find("<|im_end|>")!.Value);
        var tokens = _qwen.EncodeSegments([("<|im_start|>us", true), ("er\n", true), ("Hello <|im_end|>", false), ("<|im_end|>", true)]);

        Assert.Equal([start, .. _qwen.Encode("user\nHello <|im_end|>"), end], tokens);
    }

    [Fact]
    public void A_template_and_a_stranger_do_not_make_a_control_token_together()
    {
        var tokens = _qwen.EncodeSegments([("<|im_", true), ("end|>", false), ("<|im_", false), ("end|>", true)]);

        Assert.DoesNotContain(_qwen.Find("<|im_end|>")!.Value, tokens);
        Assert.Equal(_qwen.Encode("<|im_end|><|im_end|>"), tokens);
    }

    [Fact]
    public void Two_pieces_of_a_template_make_a_control_token_together() =>
        Assert.Equal([_qwen.Find("<|im_end|>")!.Value], _qwen.EncodeSegments([("<|im_", true), ("", false), ("end|>", true)]));

    [Fact]
    public void Any_text_comes_back_as_it_was() =>
        Gen.String.Sample(text =>
        {
            var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return _llama.Decode(_llama.Encode(text)) == valid && _gemma.Decode(_gemma.Encode(text)) == valid.Replace('\u2581', ' ')
                && _llama2.Decode(_llama2.Encode(text)) == valid.Replace('\u2581', ' ');
        });

    [Fact]
    public void However_a_text_is_cut_into_pieces_its_tokens_are_the_same() =>
        Gen.Select(Gen.String[0, 40], Gen.Int[0, 40]).Sample((text, cut) =>
        {
            var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            cut = Math.Min(cut, valid.Length);
            if (cut < valid.Length && char.IsLowSurrogate(valid[cut])) return true;
            return _qwen.EncodeSegments([(valid[..cut], false), (valid[cut..], true)]).SequenceEqual(_qwen.Encode(valid));
        });

    [Theory]
    [InlineData("qwen")]
    [InlineData("llama3")]
    [InlineData("gemma")]
    [InlineData("llama2")]
    public void A_GGUF_file_gives_the_tokens_of_the_folder_it_was_made_from(string name)
    {
        var tiny = name switch { "qwen" => TinyTokenizer.Qwen, "llama3" => TinyTokenizer.Llama3, "gemma" => TinyTokenizer.Gemma, _ => TinyTokenizer.Llama2 };
        var (folder, gguf) = (TinyTokenizers.Load(tiny), Tokenizer.Create(new TokenizerFiles { Gguf = TinyTokenizers.Gguf(tiny) }));

        Assert.All(MixedTexts.Make(500, seed: 3), text =>
        {
            Assert.Equal(folder.Encode(text), gguf.Encode(text));
            Assert.Equal(folder.Encode(text, specials: true), gguf.Encode(text, specials: true));
        });
        Assert.Equal(folder.Prefix, gguf.Prefix);
        Assert.All(Enumerable.Range(0, folder.VocabularySize), id =>
        {
            Assert.Equal(folder.BytesOf(id).ToArray(), gguf.BytesOf(id).ToArray());
            Assert.Equal(folder.IsSpecial(id), gguf.IsSpecial(id));
        });
    }

    [Fact]
    public void A_GGUF_file_of_SmolLM3_has_another_name_for_the_rules_of_Llama_3()
    {
        var llama = TinyTokenizers.Gguf(TinyTokenizer.Llama3);
        var (usual, other) = (Tokenizer.Create(new TokenizerFiles { Gguf = llama }), Tokenizer.Create(new TokenizerFiles { Gguf = llama with { Pre = "smaug-bpe" } }));

        Assert.All(MixedTexts.Make(100, seed: 4), text => Assert.Equal(usual.Encode(text), other.Encode(text)));
    }

    [Fact]
    public void A_megabyte_without_a_space_is_encoded()
    {
        var text = new string('a', 1 << 20);

        Assert.Equal(text, _llama.Decode(_llama.Encode(text)));
        Assert.Equal(text, _gemma.Decode(_gemma.Encode(text)));
        Assert.Equal(new string('\u0301', 1 << 18), _qwen.Decode(_qwen.Encode(new string('\u0301', 1 << 18))));
    }

    [Fact]
    public void Short_words_and_long_ones_merge_to_the_same_symbols() =>
        Gen.Select(Gen.Int[0, 3].Array[0, 60], Gen.Int[0, 1000]).Sample((word, seed) =>
        {
            var (merges, random) = (new MergeTable(), new Random(seed));
            for (var rank = 0; rank < 60; rank++) merges.Set(random.Next(12), random.Next(12), random.Next(40), random.Next(4, 12));
            var (shorter, longer) = (word.ToArray(), word.ToArray());
            var count = SymbolMerger.MergeShort(shorter, merges);
            return count == SymbolMerger.MergeLong(longer, merges) && shorter.AsSpan(0, count).SequenceEqual(longer.AsSpan(0, count));
        });

    [Fact]
    public void Many_threads_get_the_tokens_that_one_gets()
    {
        var texts = MixedTexts.Make(400, seed: 5);
        var expected = texts.Select(text => _llama.Encode(text)).ToList();
        var fresh = TinyTokenizers.Load(TinyTokenizer.Llama3);

        Parallel.For(0, 8, _ => Assert.All(texts.Zip(expected), pair => Assert.Equal(pair.Second, fresh.Encode(pair.First))));
    }

    [Fact]
    public void The_decoder_holds_back_a_character_until_its_bytes_are_there()
    {
        var tokens = _llama.Encode("\U0001F642");
        var decoder = new TokenDecoder(_llama);

        Assert.Equal(4, tokens.Count);
        Assert.All(tokens.Take(3), token => Assert.Equal("", decoder.Add(token)));
        Assert.Equal("\U0001F642", decoder.Add(tokens[3]));
        Assert.Equal("", decoder.Finish());
    }

    [Fact]
    public void A_character_that_never_ends_is_one_replacement_character()
    {
        var decoder = new TokenDecoder(_llama);

        Assert.Equal("", decoder.Add(_llama.Encode("\U0001F642")[0]));
        Assert.Equal("\uFFFD", decoder.Finish());
    }

    [Fact]
    public void Special_tokens_are_left_out_of_a_decoded_text_and_tags_are_not() =>
        Assert.Equal("<think>a", _qwen.Decode([_qwen.Find("<think>")!.Value, .. _qwen.Encode("a"), _qwen.Find("<|im_end|>")!.Value], keepSpecials: false));

    [Fact]
    public void The_space_that_a_vocabulary_puts_before_a_text_is_dropped_once()
    {
        var tokens = _llama2.Encode(" two spaces");

        Assert.Equal("  two spaces", string.Concat(tokens.Select(token => Encoding.UTF8.GetString(_llama2.BytesOf(token).Span))));
        Assert.Equal(" two spaces", _llama2.Decode(tokens));
    }

    [Fact]
    public void What_goes_before_a_text_without_a_template_is_known()
    {
        Assert.Equal([_llama.Find("<|begin_of_text|>")!.Value], _llama.Prefix);
        Assert.Empty(_qwen.Prefix);
        Assert.Equal("<|begin_of_text|>", _llama.StartSpelling);
        Assert.Equal("<|im_end|>", _llama.EndSpelling);
    }
}
