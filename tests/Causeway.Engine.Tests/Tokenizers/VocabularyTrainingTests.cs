using System.Text;
using Causeway.Engine.Formats;
using Causeway.Engine.Tokenizers;
using CsCheck;

namespace Causeway.Engine.Tests.Tokenizers;

public sealed class VocabularyTrainingTests
{
    private static readonly string[] _texts =
        [.. Enumerable.Range(0, 60).Select(i => $"Where is my order A-{i * 7919}? It's the kettle for ${i}.\n<tool_call>{{\"name\": \"OrderLookup\"}}</tool_call>")];

    private static readonly string[] _specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"];

    [Fact]
    public void A_vocabulary_that_was_learnt_spells_any_text()
    {
        var tokenizer = Learn(400);
        Gen.String.Sample(text =>
        {
            var tokens = new List<int>();
            tokenizer.Encode(text, specials: false, tokens);
            var bytes = tokens.SelectMany(token => tokenizer.BytesOf(token).ToArray()).ToArray();
            Assert.Equal(Encoding.UTF8.GetBytes(text), bytes);
        }, iter: 500);
    }

    [Fact]
    public void Words_that_come_often_become_one_token_and_digits_stay_alone()
    {
        var tokenizer = Learn(400);
        var tokens = new List<int>();
        tokenizer.Encode(" order 123", specials: false, tokens);
        Assert.Equal([" order", " ", "1", "2", "3"], tokens.Select(token => Encoding.UTF8.GetString(tokenizer.BytesOf(token).Span)));
    }

    [Fact]
    public void Control_tokens_have_the_last_ids_and_are_single_tokens()
    {
        var tokenizer = Learn(400);
        Assert.Equal(tokenizer.VocabularySize - 1, tokenizer.Find("</tool_call>"));
        Assert.True(tokenizer.IsSpecial(tokenizer.Find("<|im_end|>")!.Value));
        Assert.False(tokenizer.IsSpecial(tokenizer.Find("<tool_call>")!.Value));
    }

    [Fact]
    public void The_same_texts_give_the_same_file() =>
        Assert.Equal(VocabularyTraining.Learn(_texts, 350, _specials), VocabularyTraining.Learn(_texts, 350, _specials));

    [Fact]
    public void Counts_that_are_kept_up_are_those_of_counting_anew()
    {
        List<(byte[], int)> words = [("banana"u8.ToArray(), 3), ("bandana"u8.ToArray(), 2), ("aaaa"u8.ToArray(), 5)];
        var kept = new PairCounts(words);
        Assert.Equal(('a', 'a'), kept.Best());
        kept.Merge(('a', 'a'), 256);
        Assert.Equal(('a', 'n'), kept.Best());
        kept.Merge(('a', 'n'), 257);
        Assert.Equal(('b', 257), kept.Best());
    }

    private static Tokenizer Learn(int size) => Tokenizer.Create(new TokenizerFiles { Json = VocabularyTraining.Learn(_texts, size, _specials) });
}
