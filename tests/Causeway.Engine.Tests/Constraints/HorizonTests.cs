using Causeway.Engine.Constraints.Languages;
using CsCheck;

namespace Causeway.Engine.Tests.Constraints;

/// <summary>Counters that are far from their bounds are left out without anything in sight changing.</summary>
public sealed class HorizonTests
{
    private static readonly Gen<string> s_patterns = Patterns(3);

    [Fact]
    public void A_language_and_what_is_in_sight_of_it_agree_on_every_text_that_is_short_enough() =>
        Gen.Select(s_patterns, Gen.Int[0, 40], Gen.Int[0, 6], Gen.Char["ab"].Array[0, 6]).Sample(
            (pattern, most, length, text) =>
            {
                var language = Language.Both(PatternReader.Read($"^({pattern})$"), Language.Repeat(Language.Of(CodePointSet.All), 0, most));
                AssertAgree(language, Horizon.Of(language, length), text.AsSpan(0, Math.Min(text.Length, length)));
            },
            iter: 5000);

    [Fact]
    public void Places_that_differ_in_far_counts_alone_are_one_place_in_sight()
    {
        var (state, seen) = (new Automaton().StateOf(Bounded("^(?:\\S+\\s+){0,99}\\S+$", 5000)), new HashSet<Language>());
        for (var word = 0; word < 50; word++)
            foreach (var letter in "ab ") seen.Add((state = state.Next(letter)!).Within(20).Language);
        Assert.InRange(seen.Count, 1, 4);
    }

    private static Language Bounded(string pattern, int most) => Language.Both(PatternReader.Read(pattern), Language.Repeat(Language.Of(CodePointSet.All), 0, most));

    private static void AssertAgree(Language language, Language near, ReadOnlySpan<char> text)
    {
        var automaton = new Automaton();
        var (left, right) = (automaton.IsInhabited(language) ? automaton.StateOf(language) : null, automaton.IsInhabited(near) ? automaton.StateOf(near) : null);
        Assert.Equal(left is null, right is null);
        foreach (var letter in text)
        {
            if (left is null || right is null) break;
            Assert.Equal(left.Accepts, right.Accepts);
            (left, right) = (left.Next(letter), right.Next(letter));
            Assert.Equal(left is null, right is null);
        }
        Assert.Equal(left?.Accepts, right?.Accepts);
    }

    private static Gen<string> Patterns(int depth)
    {
        var letter = Gen.Int[0, 3].Select(index => new[] { "a", "b", "[ab]", "(ab)" }[index]);
        if (depth == 0) return letter;
        var below = Patterns(depth - 1);
        return Gen.Frequency(
            (1, letter),
            (2, Gen.Select(below, below).Select((first, second) => first + second)),
            (1, Gen.Select(below, below).Select((first, second) => $"({first}|{second})")),
            (3, Gen.Select(below, Gen.Int[0, 3], Gen.Int[0, 4]).Select((inner, min, more) => $"({inner}){{{min},{min + more}}}")),
            (1, Gen.Select(below, Gen.Int[0, 3]).Select((inner, min) => $"({inner}){{{min},}}")));
    }
}
