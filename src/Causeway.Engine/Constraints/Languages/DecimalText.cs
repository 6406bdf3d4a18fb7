using System.Globalization;

namespace Causeway.Engine.Constraints.Languages;

/// <summary>A JSON number without loss, written out: sign, digits before the point (no needless zeros, "0" at least), digits behind it (none last is 0).</summary>
internal readonly record struct DecimalText(bool IsNegative, string Whole, string Fraction)
{
    private const int MaxDigits = 400;

    public bool IsInteger => Fraction.Length == 0;

    public bool IsZero => Whole == "0" && Fraction.Length == 0;

    public DecimalText Negated => this with { IsNegative = !IsNegative && !IsZero };

    /// <summary>As short as JSON allows, without an exponent.</summary>
    public override string ToString() => (IsNegative ? "-" : "") + Whole + (IsInteger ? "" : "." + Fraction);

    /// <summary>Null for a number that takes more than some hundreds of digits to write out.</summary>
    /// <param name="json">A number as JSON writes it.</param>
    public static DecimalText? Parse(string json)
    {
        var isNegative = json.StartsWith('-');
        var mantissa = json.AsSpan(isNegative ? 1 : 0);
        long exponent = 0;
        var e = mantissa.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!long.TryParse(mantissa[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) return null;
            mantissa = mantissa[..e];
        }
        var point = mantissa.IndexOf('.');
        var whole = (point < 0 ? mantissa : mantissa[..point]).ToString();
        var fraction = point < 0 ? "" : mantissa[(point + 1)..].ToString();
        if (whole.Length + fraction.Length > MaxDigits) return null;
        if ((whole + fraction).Trim('0').Length == 0) return new DecimalText(false, "0", "");
        if (Math.Abs(exponent) > MaxDigits) return null;
        if (exponent > 0) (whole, fraction) = Shift(whole, fraction, (int)exponent);
        else if (exponent < 0)
        {
            var padded = whole.PadLeft(whole.Length - (int)exponent, '0');
            var cut = padded.Length + (int)exponent;
            (whole, fraction) = (padded[..cut], padded[cut..] + fraction);
        }
        whole = whole.TrimStart('0');
        return new DecimalText(isNegative, whole.Length == 0 ? "0" : whole, fraction.TrimEnd('0'));
    }

    public static int Compare(DecimalText left, DecimalText right)
    {
        if (left.IsNegative != right.IsNegative) return left.IsNegative ? -1 : 1;
        var order = left.Whole.Length.CompareTo(right.Whole.Length);
        if (order == 0) order = string.CompareOrdinal(left.Whole, right.Whole);
        if (order == 0) order = string.CompareOrdinal(left.Fraction, right.Fraction);
        return left.IsNegative ? -order : order;
    }

    private static (string Whole, string Fraction) Shift(string whole, string fraction, int places)
    {
        var padded = fraction.PadRight(places, '0');
        return (whole + padded[..places], padded[places..]);
    }
}
