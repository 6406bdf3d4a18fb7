namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// What a part of a pattern matches, apart by where it may stand: anywhere, only at the start of the text, only at its end, or only as the
/// whole of it. So anchors may be anywhere in a pattern, and are gone when it is put together.
/// </summary>
internal sealed record AnchoredLanguage(Language Anywhere, Language AtStart, Language AtEnd, Language AsWhole, long Copies)
{
    public static AnchoredLanguage Start { get; } = new(Language.Nothing, Language.EmptyText, Language.Nothing, Language.Nothing, 0);

    public static AnchoredLanguage End { get; } = new(Language.Nothing, Language.Nothing, Language.EmptyText, Language.Nothing, 0);

    private bool IsPlain => AtStart.IsNothing && AtEnd.IsNothing && AsWhole.IsNothing;

    public static AnchoredLanguage Of(Language language, long copies) => new(language, Language.Nothing, Language.Nothing, Language.Nothing, copies);

    public static AnchoredLanguage Either(IReadOnlyList<AnchoredLanguage> parts) => parts.Count == 1 ? parts[0] : new(
        Language.Either(parts.Select(part => part.Anywhere)),
        Language.Either(parts.Select(part => part.AtStart)),
        Language.Either(parts.Select(part => part.AtEnd)),
        Language.Either(parts.Select(part => part.AsWhole)),
        parts.Sum(part => part.Copies));

    public AnchoredLanguage Then(AnchoredLanguage next)
    {
        var copies = Copies + next.Copies;
        if (IsPlain && next.IsPlain) return Of(Language.Then(Anywhere, next.Anywhere), copies);
        // What must stand at the start has only the empty text before it, and what must stand at the end only that behind it.
        var start = Language.Either(
            Language.Then(AtStart, next.Anywhere), Language.Then(EmptyOf(Anywhere), next.AtStart), Language.Then(EmptyOf(AtStart), next.AtStart));
        var end = Language.Either(
            Language.Then(Anywhere, next.AtEnd), Language.Then(AtEnd, EmptyOf(next.Anywhere)), Language.Then(AtEnd, EmptyOf(next.AtEnd)));
        var whole = Language.Either(
            Language.Then(AtStart, next.AtEnd),
            Language.Then(AsWhole, EmptyOf(Language.Either(next.Anywhere, next.AtStart, next.AtEnd, next.AsWhole))),
            Language.Then(EmptyOf(Language.Either(Anywhere, AtStart, AtEnd)), next.AsWhole),
            Language.Then(EmptyOf(AtEnd), EmptyOf(next.AtStart)));
        return new(Language.Then(Anywhere, next.Anywhere), start, end, whole, copies);
    }

    /// <exception cref="PatternException">Anchors in a repetition whose meaning would need more than one of them in a row.</exception>
    public AnchoredLanguage Repeat(int min, int max)
    {
        var copies = Math.Min(long.MaxValue / 8192, Copies * Math.Max(1, max == Language.Unbounded ? Math.Max(min, 1) : max));
        var anywhere = Language.Repeat(Anywhere, min, max);
        if (IsPlain) return Of(anywhere, copies);
        if (max == 0) return Of(Language.EmptyText, 0);
        if (min > 1 && (AtStart.AcceptsEmpty || AtEnd.AcceptsEmpty || AsWhole.AcceptsEmpty))
            throw new PatternException("it repeats an anchor that may stand alone");
        // One that is bound to the start comes first, one that is bound to the end comes last, the others between them.
        var others = Language.Repeat(Anywhere, Math.Max(min - 1, 0), max == Language.Unbounded ? max : max - 1);
        var between = max < 2 ? Language.Nothing : Language.Repeat(Anywhere, Math.Max(min - 2, 0), max == Language.Unbounded ? max : max - 2);
        return new(
            anywhere,
            Language.Then(AtStart, others),
            Language.Then(others, AtEnd),
            Language.Either(min <= 1 ? AsWhole : Language.Nothing, Language.Then(AtStart, between, AtEnd)),
            copies);
    }

    /// <summary>The texts in which it matches somewhere.</summary>
    public Language Everywhere() => Language.Either(
        Language.Then(Language.Any, Anywhere, Language.Any),
        Language.Then(AtStart, Language.Any),
        Language.Then(Language.Any, AtEnd),
        AsWhole);

    private static Language EmptyOf(Language language) => language.AcceptsEmpty ? Language.EmptyText : Language.Nothing;
}
