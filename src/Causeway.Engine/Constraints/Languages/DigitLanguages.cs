namespace Causeway.Engine.Constraints.Languages;

/// <summary>
/// Unsigned decimals that stand on one side of a bound, read digit by digit. What has been read is longer, shorter, or of the bound's length
/// and before, at or behind it. Says nothing about form: intersect it with a number's grammar.
/// </summary>
internal sealed class Magnitude : Language
{
    private static readonly Language s_rest = Repeat(Of(CodePointSet.Of(('0', '9'), ('.', '.'))), 0, Unbounded);

    private readonly DecimalText _bound;
    private readonly bool _isAbove;
    private readonly bool _isInclusive;
    private readonly int _digits;
    private readonly int _order;
    private readonly bool _isInFraction;

    private Magnitude(DecimalText bound, bool isAbove, bool isInclusive, int digits, int order, bool isInFraction)
        : base(
            HashCode.Combine(6, bound, isAbove, isInclusive, digits, order, isInFraction),
            Holds(FinalOrder(bound, digits, order, isInFraction), isAbove, isInclusive))
    {
        (_bound, _isAbove, _isInclusive) = (bound, isAbove, isInclusive);
        (_digits, _order, _isInFraction) = (digits, order, isInFraction);
    }

    public override bool NeedsSearch => true;

    public override int Shortest => AcceptsEmpty ? 0 : 1;

    public override bool IsFinite => false;

    public override int Size => 1;

    /// <param name="bound">Not negative.</param>
    public static Language Above(DecimalText bound, bool isInclusive) => new Magnitude(bound, true, isInclusive, 0, 0, false);

    /// <param name="bound">Not negative.</param>
    public static Language Below(DecimalText bound, bool isInclusive) => new Magnitude(bound, false, isInclusive, 0, 0, false);

    public override Language After(int codePoint)
    {
        if (codePoint == '.') return _isInFraction ? Nothing : AfterPoint();
        if (codePoint is < '0' or > '9') return Nothing;
        var digits = _isInFraction ? _bound.Fraction : _bound.Whole;
        if (!_isInFraction && _digits == digits.Length) return Decided(1);
        var order = _order;
        if (order == 0) order = codePoint.CompareTo(_digits < digits.Length ? digits[_digits] : '0');
        return _isInFraction && order != 0 ? Decided(order) : new Magnitude(_bound, _isAbove, _isInclusive, _digits + 1, order, _isInFraction);
    }

    public override void AddEdges(List<int> edges)
    {
        edges.AddRange(['.', '.' + 1]);
        for (var digit = '0'; digit <= '9' + 1; digit++) edges.Add(digit);
    }

    public override bool Equals(Language? other) =>
        other is Magnitude magnitude && GetHashCode() == magnitude.GetHashCode() && _bound == magnitude._bound && _isAbove == magnitude._isAbove &&
        _isInclusive == magnitude._isInclusive && _digits == magnitude._digits && _order == magnitude._order && _isInFraction == magnitude._isInFraction;

    private Language AfterPoint()
    {
        var order = _digits < _bound.Whole.Length ? -1 : _order;
        return order != 0 ? Decided(order) : new Magnitude(_bound, _isAbove, _isInclusive, 0, 0, true);
    }

    private Language Decided(int order) => Holds(order, _isAbove, _isInclusive) ? s_rest : Nothing;

    private static bool Holds(int order, bool isAbove, bool isInclusive) => order == 0 ? isInclusive : isAbove == order > 0;

    private static int FinalOrder(DecimalText bound, int digits, int order, bool isInFraction)
    {
        if (!isInFraction && digits < bound.Whole.Length) return -1;
        if (order != 0) return order;
        return (isInFraction ? digits : 0) < bound.Fraction.Length ? -1 : 0;
    }
}

/// <summary>Unsigned decimals that are a multiple of another: digit by digit, the remainder so far.</summary>
internal sealed class Multiple : Language
{
    private readonly int _divisor;
    private readonly int _places;
    private readonly int _remainder;
    private readonly int _behindPoint;

    /// <param name="divisor">Of the number times ten to the power of <paramref name="places"/>.</param>
    /// <param name="places">Digits behind the point that can matter.</param>
    /// <param name="remainder">Of the digits so far.</param>
    /// <param name="behindPoint">Digits behind the point so far; -1 before the point.</param>
    public Multiple(int divisor, int places, int remainder = 0, int behindPoint = -1)
        : base(HashCode.Combine(7, divisor, places, remainder, behindPoint), Final(divisor, places, remainder, behindPoint) == 0) =>
        (_divisor, _places, _remainder, _behindPoint) = (divisor, places, remainder, behindPoint);

    public override bool NeedsSearch => true;

    public override int Shortest => AcceptsEmpty ? 0 : 1;

    public override bool IsFinite => false;

    public override int Size => 1;

    public override Language After(int codePoint)
    {
        if (codePoint == '.') return _behindPoint < 0 ? new Multiple(_divisor, _places, _remainder, 0) : Nothing;
        if (codePoint is < '0' or > '9') return Nothing;
        // Behind the digits that matter only zeros leave the value as it is.
        if (_behindPoint == _places) return codePoint == '0' ? this : Nothing;
        var remainder = (int)((_remainder * 10L + (codePoint - '0')) % _divisor);
        return new Multiple(_divisor, _places, remainder, _behindPoint < 0 ? -1 : _behindPoint + 1);
    }

    public override void AddEdges(List<int> edges)
    {
        edges.AddRange(['.', '.' + 1]);
        for (var digit = '0'; digit <= '9' + 1; digit++) edges.Add(digit);
    }

    public override bool Equals(Language? other) =>
        other is Multiple multiple && _divisor == multiple._divisor && _places == multiple._places && _remainder == multiple._remainder &&
        _behindPoint == multiple._behindPoint;

    private static long Final(int divisor, int places, long remainder, int behindPoint)
    {
        for (var i = Math.Max(behindPoint, 0); i < places; i++) remainder = remainder * 10 % divisor;
        return remainder;
    }
}
