using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Causeway.Wire.Schemas;

/// <summary>
/// A JSON number without loss: <c>Digits</c> × 10^<c>Exponent</c>, where digits do not end in a zero. Comparing and dividing never
/// write an exponent out, so <c>1e999999999</c> costs what it is long.
/// </summary>
internal readonly record struct ExactNumber : IComparable<ExactNumber>
{
    public const int MaxDigits = 2_000;
    public const long MaxExponent = 1_000_000_000_000;

    private readonly BigInteger _digits;
    private readonly long _exponent;

    private ExactNumber(BigInteger digits, long exponent) => (_digits, _exponent) = (digits, exponent);

    public bool IsInteger => _exponent >= 0;

    public int Sign => _digits.Sign;

    /// <summary>Reads a number that <c>Utf8JsonReader</c> accepted; false when it is out of this type's bounds.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExactNumber number)
    {
        number = default;
        var exponent = 0L;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            var digits = text[(mark + 1)..];
            if (digits[0] == '+') digits = digits[1..];
            // Zeros in front and zero itself are the only long exponents that mean something small.
            if (!Utf8Parser.TryParse(digits, out exponent, out var used) || used != digits.Length) return false;
            if (Math.Abs(exponent) > MaxExponent) return false;
            text = text[..mark];
        }
        var point = text.IndexOf((byte)'.');
        var fraction = point < 0 ? [] : text[(point + 1)..].TrimEnd((byte)'0');
        if (point >= 0) text = text[..point];
        if (text.Length + fraction.Length > MaxDigits) return false;
        number = Normalised(Encoding.ASCII.GetString(text) + Encoding.ASCII.GetString(fraction), exponent - fraction.Length);
        return true;
    }

    public static implicit operator ExactNumber(int value) => Normalised(value.ToString(CultureInfo.InvariantCulture), 0);

    public int CompareTo(ExactNumber other)
    {
        if (Sign != other.Sign || Sign == 0) return Sign.CompareTo(other.Sign);
        var magnitude = Magnitude.CompareTo(other.Magnitude);
        if (magnitude != 0) return magnitude * Sign;
        // Equally many places before the point: the exponents differ by no more than there are digits.
        var lowest = Math.Min(_exponent, other._exponent);
        return At(lowest).CompareTo(other.At(lowest));
    }

    /// <summary>Whether this is a whole multiple of <paramref name="divisor"/>, which is not zero.</summary>
    public bool IsMultipleOf(ExactNumber divisor)
    {
        if (_digits.IsZero) return true;
        var shift = _exponent - divisor._exponent;
        // Digits do not end in zero, so no power of ten divides them.
        if (shift < 0) return false;
        var modulus = BigInteger.Abs(divisor._digits);
        return (_digits * BigInteger.ModPow(10, shift, modulus) % modulus).IsZero;
    }

    /// <summary>The value as a count; false when it is negative, not whole, or larger than an <see cref="int"/>.</summary>
    public bool TryGetCount(out int count)
    {
        count = 0;
        if (!IsInteger || Sign < 0 || CompareTo(int.MaxValue) > 0) return false;
        count = (int)At(0);
        return true;
    }

    public override string ToString() => _exponent switch
    {
        0 => _digits.ToString(CultureInfo.InvariantCulture),
        > 0 and <= 20 => At(0).ToString(CultureInfo.InvariantCulture),
        < 0 and >= -20 => Decimal(),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_digits}e{_exponent}"),
    };

    private long Magnitude => DigitCount(_digits) + _exponent;

    private static ExactNumber Normalised(string digits, long exponent)
    {
        var trimmed = digits.TrimEnd('0');
        if (trimmed is "" or "-") return default;
        return new ExactNumber(BigInteger.Parse(trimmed, CultureInfo.InvariantCulture), exponent + digits.Length - trimmed.Length);
    }

    private static int DigitCount(BigInteger digits) => BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).Length;

    private BigInteger At(long exponent) => _digits * BigInteger.Pow(10, (int)(_exponent - exponent));

    private string Decimal()
    {
        var text = BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture).PadLeft((int)-_exponent + 1, '0');
        return $"{(Sign < 0 ? "-" : "")}{text[..(int)(text.Length + _exponent)]}.{text[(int)(text.Length + _exponent)..]}";
    }
}
