using System.Globalization;
using System.Numerics;

namespace Causeway.Engine.Templates;

/// <summary>Jinja's filters that make numbers.</summary>
internal static class Numbers
{
    public static object? Integer(object? value, CallArguments call) => call.AtMost("default") is var _ && value switch
    {
        double number => double.IsFinite(number) && Math.Abs(number) < long.MaxValue ? (long)number : (object?)null,
        BigInteger number => number,
        TemplateText text => Parse(text.Value),
        _ => Values.AsInteger(value),
    } is { } whole ? whole : call.TryGet(0, "default", out var otherwise) ? otherwise : 0L;

    public static object? Float(object? value, CallArguments call) => call.AtMost("default") is var _ && (value is TemplateText text
        ? double.TryParse(text.Value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : null
        : Values.AsNumber(value)) is { } number ? number : call.TryGet(0, "default", out var otherwise) ? otherwise : 0.0;

    /// <summary>Half to even, as Python rounds; the result is a float.</summary>
    public static object? Round(object? value, CallArguments call)
    {
        var (number, digits) = (Values.AsNumber(value) ?? throw call.Place.Failure($"round needs a number, not {Values.Kind(value)}."), (int)Math.Clamp(call.AtMost("precision", "method").Integer(0, "precision", 0), 0, 15));
        var method = call.TryGet(1, "method", out _) ? call.Text(1, "method").Value : "common";
        var scale = Math.Pow(10, digits);
        return method switch
        {
            "common" => Math.Round(number, digits, MidpointRounding.ToEven),
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw call.Place.Failure($"round does not know the method {Tokenizers.Json.Shown(method)}."),
        };
    }

    private static object? Parse(string text)
    {
        var trimmed = text.Trim();
        if (long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < long.MaxValue ? (long)number : null;
    }
}
