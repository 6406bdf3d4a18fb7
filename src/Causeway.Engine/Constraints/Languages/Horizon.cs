namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// A language as it looks to who sees only so many code points ahead. A counter whose bounds are farther away than that acts like one that has
/// none, so places that differ in such counts alone are one place, and what tokens do there is found out once.
/// </summary>
internal static class Horizon
{
    /// <summary>
    /// A language that for every text of at most <paramref name="length"/> code points agrees with another in two things: whether it belongs to it,
    /// and whether some text that begins so does.
    /// </summary>
    public static Language Of(Language language, int length) => language switch
    {
        Both { Parts: [Repeated { IsOfAll: true } count, { NeedsSearch: false } text] } when IsFar(count, text, length) => Near(text, length),
        Both { Parts: [{ NeedsSearch: false } text, Repeated { IsOfAll: true } count] } when IsFar(count, text, length) => Near(text, length),
        { NeedsSearch: false } => Near(language, length),
        _ => language,
    };

    // Wherever one is by then, the text can still be ended within the count.
    private static bool IsFar(Repeated count, Language text, int length) => count.Min == 0 && count.Max >= (long)length + text.Farthest;

    // Without "and" and "not", what was begun can be ended with no more repetitions than the least; and so many code points begin no more than
    // so many repetitions. So neither bound is met if it lies farther, and any other number beyond does as well.
    private static Language Near(Language language, int length) => language switch
    {
        { Counts: false } => language,
        Chain => NearChain(language, length),
        Either either => Language.Either(either.Parts.Select(part => Near(part, length))),
        Repeated repeated => Language.Repeat(
            Near(repeated.Inner, length), Math.Min(repeated.Min, length + 1), repeated.Max > length ? Language.Unbounded : repeated.Max),
        _ => language,
    };

    // Chains can be as long as patterns.
    private static Language NearChain(Language language, int length)
    {
        var parts = new List<Language>();
        for (; language is Chain { Counts: true } chain; language = chain.Rest) parts.Add(Near(chain.First, length));
        language = Near(language, length);
        for (var i = parts.Count - 1; i >= 0; i--) language = Language.Then(parts[i], language);
        return language;
    }
}
