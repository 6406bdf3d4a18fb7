using System.Globalization;
using System.Numerics;
using System.Text;

namespace Causeway.Engine.Templates;

/// <summary>Strings as Python has them: what is whitespace, how numbers and containers print.</summary>
internal static class PythonText
{
    /// <summary><c>str.isspace</c>: Unicode's White_Space and the four separators of ASCII.</summary>
    public static bool IsSpace(char one) => char.IsWhiteSpace(one) || one is >= '\x1C' and <= '\x1F';

    /// <summary><c>str.strip</c>: the part that is left, by UTF-16 places.</summary>
    /// <param name="characters">Null for whitespace.</param>
    public static (int Start, int Length) Strip(string text, string? characters, bool left, bool right)
    {
        bool Goes(char one) => characters is null ? IsSpace(one) : characters.Contains(one);
        var (start, end) = (0, text.Length);
        while (left && start < end && Goes(text[start])) start++;
        while (right && end > start && Goes(text[end - 1])) end--;
        return (start, end - start);
    }

    /// <summary><c>repr</c> of a float: the shortest digits that give it back, in exponents from 1e16 up and under 1e-4.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Digits(shortest);
        if (digits.Length == 0) return scientific[0] == '-' ? "-0.0" : "0.0";
        var sign = value < 0 ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }
        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0" : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    // Significant digits without zeros at either end, and the power of ten of the first.
    private static (string Digits, int Exponent) Digits(string shortest)
    {
        var e = shortest.IndexOf('E');
        var exponent = e < 0 ? 0 : int.Parse(shortest[(e + 1)..], CultureInfo.InvariantCulture);
        var mantissa = (e < 0 ? shortest : shortest[..e]).TrimStart('-');
        var point = mantissa.IndexOf('.');
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var zeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent - zeros);
    }

    /// <summary><c>repr</c> of a string.</summary>
    public static string Quoted(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == quote || rune.Value == '\\') quoted.Append('\\').Append(rune);
            else if (rune.Value is '\n') quoted.Append("\\n");
            else if (rune.Value is '\r') quoted.Append("\\r");
            else if (rune.Value is '\t') quoted.Append("\\t");
            else if (IsPrintable(rune)) quoted.Append(rune);
            else quoted.Append(rune.Value switch { < 0x100 => $"\\x{rune.Value:x2}", < 0x10000 => $"\\u{rune.Value:x4}", _ => $"\\U{rune.Value:x8}" });
        }
        return quoted.Append(quote).ToString();
    }

    /// <summary>The value of a whole number in a JSON text or a template.</summary>
    public static object Integer(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small) ? (object)small : BigInteger.Parse(digits, CultureInfo.InvariantCulture);

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
