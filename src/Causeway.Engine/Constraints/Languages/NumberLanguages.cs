namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// Numbers as JSON writes them. Every language here holds each of its numbers in plain form (no exponent, no zeros at the end of a fraction,
/// no negative zero), which is what makes a complement right: it is taken among plain forms.
/// </summary>
internal static class NumberLanguages
{
    // Enough for any double written out; a model that writes digits without end is stopped.
    private const string Whole = "(0|[1-9][0-9]{0,399})";
    private const int MaxDivisor = 10_000;

    /// <summary>Any number.</summary>
    public static Language Any { get; } = PatternReader.Read($"^-?{Whole}(\\.[0-9]{{1,400}})?([eE][+-]?[0-9]{{1,3}})?$");

    /// <summary>Without fraction and exponent.</summary>
    public static Language Integer { get; } = PatternReader.Read($"^-?{Whole}$");

    /// <summary>The plain forms.</summary>
    public static Language Plain { get; } = PatternReader.Read($"^({Whole}(\\.[0-9]{{0,399}}[1-9])?|-0\\.[0-9]{{0,399}}[1-9]|-[1-9][0-9]{{0,399}}(\\.[0-9]{{0,399}}[1-9])?)$");

    private static Language Unsigned { get; } = PatternReader.Read($"^{Whole}(\\.[0-9]{{1,400}})?$");

    public static Language Of(DecimalText value) => Language.Text(value.ToString());

    public static Language AtLeast(DecimalText bound, bool isInclusive)
    {
        if (bound.IsNegative)
            return Language.Either(Unsigned, Negative(Magnitude.Below(bound.Negated, isInclusive)));
        var positive = Language.Both(Unsigned, Magnitude.Above(bound, isInclusive));
        return bound.IsZero && isInclusive ? Language.Either(positive, Negative(Magnitude.Below(bound, true))) : positive;
    }

    public static Language AtMost(DecimalText bound, bool isInclusive)
    {
        if (bound.IsNegative) return Negative(Magnitude.Above(bound.Negated, isInclusive));
        var positive = Language.Both(Unsigned, Magnitude.Below(bound, isInclusive));
        // Below zero is what has a minus and is not zero.
        return Language.Either(positive, bound.IsZero && !isInclusive ? Negative(Magnitude.Above(bound, false)) : Language.Then(Minus, Unsigned));
    }

    /// <summary>Null where it would take too many states.</summary>
    /// <param name="divisor">Above zero.</param>
    public static Language? MultiplesOf(DecimalText divisor)
    {
        var digits = (divisor.Whole + divisor.Fraction).TrimStart('0');
        if (divisor.Fraction.Length > 9 || !int.TryParse(digits, out var scaled) || scaled > MaxDivisor) return null;
        return Language.Then(Language.Repeat(Minus, 0, 1), Language.Both(Unsigned, new Multiple(scaled, divisor.Fraction.Length)));
    }

    private static Language Minus => Language.Of(CodePointSet.Single('-'));

    private static Language Negative(Language magnitude) => Language.Then(Minus, Language.Both(Unsigned, magnitude));
}
