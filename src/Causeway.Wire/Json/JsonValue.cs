using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Causeway.Wire.Json;

/// <summary>Single values of a document that was validated before, as bytes.</summary>
public static class JsonValue
{
    /// <summary>The text of a string, quotes included in <paramref name="value"/>; null when it is no string or not valid Unicode.</summary>
    public static string? String(ReadOnlySpan<byte> value, int maxLength = int.MaxValue / 8) =>
        value is [(byte)'"', .. var raw, (byte)'"'] ? Text(raw, raw.Contains((byte)'\\'), maxLength) : null;

    /// <summary>Whether the value is the string <paramref name="text"/>, in whatever spelling.</summary>
    public static bool Is(ReadOnlySpan<byte> value, string text) => String(value, text.Length + 1) == text;

    /// <summary>A whole number without fraction or exponent; null for everything else.</summary>
    public static long? Integer(ReadOnlySpan<byte> value) => Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length ? number : null;

    /// <summary>Whether the value is a number equal to <paramref name="wanted"/>, however it is written.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> value, double wanted) =>
        Utf8Parser.TryParse(value, out double number, out var used) && used == value.Length && number == wanted;

    /// <summary>The part of a string between its quotes.</summary>
    internal static string? Text(ReadOnlySpan<byte> raw, bool isEscaped, int maxLength)
    {
        if (!isEscaped) return Cut(raw, maxLength);
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        ReadOnlySpan<byte> plain = rented.AsSpan(0, JsonText.Unescape(raw, rented));
        var text = Utf8.IsValid(plain) ? Cut(plain, maxLength) : null;
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    private static string Cut(ReadOnlySpan<byte> utf8, int maxLength)
    {
        if (utf8.Length <= maxLength) return Encoding.UTF8.GetString(utf8);
        var text = Encoding.UTF8.GetString(utf8[..(int)Math.Min(utf8.Length, 4L * maxLength)]);
        return text.Length <= maxLength ? text : text[..maxLength];
    }
}
