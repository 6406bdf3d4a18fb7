using Causeway.Spec.Diagnostics;
using CsCheck;

namespace Causeway.Spec.Tests.Diagnostics;

public sealed class SpellingTests
{
    private static readonly Gen<string> Word = Gen.Char['a', 'd'].Array[0, 7].Select(letters => new string(letters));

    [Theory]
    [InlineData("targts", "targets")]
    [InlineData("tagrets", "targets")]
    [InlineData("TARGETS", "targets")]
    [InlineData("macth", "match")]
    public void A_slip_is_recognised(string word, string meant) => Assert.Equal(meant, Spelling.Nearest(word, ["match", "targets"]));

    [Theory]
    [InlineData("fallbacks")]
    [InlineData("")]
    [InlineData("x")]
    public void Another_word_is_no_slip(string word) => Assert.Null(Spelling.Nearest(word, ["match", "targets", "all"]));

    [Fact]
    public void Distance_is_symmetric_and_zero_only_for_equal_words() => Gen.Select(Word, Word).Sample((a, b) =>
        Spelling.Distance(a, b) == Spelling.Distance(b, a) && Spelling.Distance(a, b) == 0 == (a == b));

    [Fact]
    public void One_edit_is_a_distance_of_one() => Gen.Select(Word, Gen.Int[0, 7], Gen.Char['e', 'h']).Sample((word, at, letter) =>
        Spelling.Distance(word, word.Insert(Math.Min(at, word.Length), letter.ToString())) == 1);
}
