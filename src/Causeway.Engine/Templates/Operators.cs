using System.Numerics;

namespace Causeway.Engine.Templates;

/// <summary>Python's operators on the values of templates.</summary>
internal static class Operators
{
    public static object? Apply(string sign, object? left, object? right, Rendering rendering, Place place)
    {
        if (left is Undefined) throw place.Failure($"\"{sign}\" is used on {Values.Kind(left)}.");
        if (right is Undefined) throw place.Failure($"\"{sign}\" is used on {Values.Kind(right)}.");
        if (sign == "+" && left is TemplateText first && right is TemplateText second)
        {
            rendering.Room((long)first.Value.Length + second.Value.Length, place);
            return TemplateText.Join([first, second]);
        }
        if (sign == "+" && left is TemplateList a && right is TemplateList b && a.IsTuple == b.IsTuple)
        {
            rendering.Step(place, a.Items.Count + b.Items.Count);
            return new TemplateList([.. a.Items, .. b.Items], a.IsTuple);
        }
        if (sign == "*" && (left is TemplateText or TemplateList || right is TemplateText or TemplateList))
            return Repeat(left, right, rendering, place);
        return Arithmetic(sign, left, right, place)
            ?? throw place.Failure($"\"{sign}\" is used on {Values.Kind(left)} and {Values.Kind(right)}.");
    }

    public static object? Sign(object? value, bool negative, Place place) => value switch
    {
        double number => negative ? -number : number,
        BigInteger number => negative ? -number : number,
        _ when Values.AsInteger(value) is { } whole and > long.MinValue => negative ? -whole : whole,
        _ => throw place.Failure($"a sign is put before {Values.Kind(value)}."),
    };

    public static bool Compare(string sign, object? left, object? right, Rendering rendering, Place place) => sign switch
    {
        "==" => Values.AreEqual(left, right),
        "!=" => !Values.AreEqual(left, right),
        "in" => Contains(right, left, rendering, place),
        "not in" => !Contains(right, left, rendering, place),
        _ => Values.Compare(left, right) is { } order
            ? sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 }
            : throw place.Failure($"\"{sign}\" is used on {Values.Kind(left)} and {Values.Kind(right)}."),
    };

    public static bool Contains(object? container, object? value, Rendering rendering, Place place)
    {
        switch (container)
        {
            case TemplateText text when value is TemplateText part:
                rendering.Step(place, text.Value.Length / 256);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case TemplateMap map:
                return value is TemplateText key && map.TryGet(key.Value, out _);
            case TemplateList list:
                rendering.Step(place, list.Items.Count);
                return list.Items.Any(item => Values.AreEqual(item, value));
            case Undefined:
                return false;
            default:
                throw place.Failure($"\"in\" is asked of {Values.Kind(container)} for {Values.Kind(value)}.");
        }
    }

    private static object? Arithmetic(string sign, object? left, object? right, Place place)
    {
        try
        {
            if (Values.AsInteger(left) is { } a && Values.AsInteger(right) is { } b && sign != "/" && !(sign == "**" && b < 0)) return Integers(sign, a, b, place);
        }
        catch (OverflowException)
        {
            throw place.Failure($"\"{sign}\" makes a number that is too large here.");
        }
        if (left is BigInteger || right is BigInteger) throw place.Failure("numbers beyond 64 bits are not reckoned with here.");
        if (Values.AsNumber(left) is not { } x || Values.AsNumber(right) is not { } y) return null;
        if (y == 0 && sign is "/" or "//" or "%") throw place.Failure("a number is divided by zero.");
        return sign switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            "//" => Math.Floor(x / y),
            "%" => x - (y * Math.Floor(x / y)),
            "**" => Math.Pow(x, y),
            _ => null,
        };
    }

    private static object? Integers(string sign, long left, long right, Place place)
    {
        if (right == 0 && sign is "//" or "%") throw place.Failure("a number is divided by zero.");
        return sign switch
        {
            "+" => checked(left + right),
            "-" => checked(left - right),
            "*" => checked(left * right),
            "//" => checked(left / right) - (left % right != 0 && (left < 0) != (right < 0) ? 1 : 0),
            "%" => right == -1 ? 0 : ((left % right) + right) % right,
            "**" => right > 64 && left is not (0 or 1 or -1) ? throw new OverflowException() : (long)BigInteger.Pow(left, (int)Math.Min(right, 64 + (right & 1))),
            _ => null,
        };
    }

    private static object? Repeat(object? left, object? right, Rendering rendering, Place place)
    {
        var (what, times) = left is TemplateText or TemplateList ? (left, Values.AsInteger(right)) : (right, Values.AsInteger(left));
        if (times is not { } count) throw place.Failure($"\"*\" is used on {Values.Kind(left)} and {Values.Kind(right)}.");
        count = Math.Clamp(count, 0, int.MaxValue);
        if (what is TemplateText text)
        {
            rendering.Room(text.Value.Length * count, place);
            return count == 0 || text.Value.Length == 0 ? TemplateText.Empty : TemplateText.Join(Enumerable.Repeat(text, (int)count));
        }
        var list = (TemplateList)what!;
        rendering.Step(place, list.Items.Count * count);
        return new TemplateList([.. Enumerable.Range(0, list.Items.Count == 0 ? 0 : (int)count).SelectMany(_ => list.Items)], list.IsTuple);
    }
}
