using System.Globalization;
using System.Text;

namespace Causeway.Engine.Templates;

/// <summary>The functions that templates find without defining them.</summary>
internal static class TemplateFunctions
{
    // Jinja's sandbox has the same longest.
    private const long LongestRange = 100_000;

    public static IEnumerable<(string Name, TemplateFunction Function)> All { get; } =
    [
        ("range", Range),
        ("namespace", Namespace),
        ("dict", Dictionary),
        ("raise_exception", call => throw new ChatTemplateException(Values.Text(call.Get(0, "message")).Value, isRefusal: true)),
        ("strftime_now", call => new TemplateText(Time(call.Rendering.Clock.GetLocalNow(), call.AtMost("format").Text(0, "format").Value, call), true)),
    ];

    private static TemplateList Range(CallArguments call)
    {
        call.AtMost("start", "stop", "step");
        var (first, second, step) = (call.Integer(0, "start", 0), call.Integer(1, "stop", 0), call.Integer(2, "step", 1));
        var (start, stop) = call.Count == 1 ? (0, first) : (first, second);
        if (step == 0) throw call.Place.Failure("range has a step of zero.");
        var count = Math.Max(0, Math.Ceiling(((double)stop - start) / step));
        if (count > LongestRange) throw call.Place.Failure($"range has more than {LongestRange} numbers.");
        call.Rendering.Step(call.Place, (long)count);
        return new TemplateList([.. Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * step)))]);
    }

    private static TemplateNamespace Namespace(CallArguments call)
    {
        var made = new TemplateNamespace();
        foreach (var (name, value) in call.Positional.OfType<TemplateMap>().SelectMany(map => map).Concat(call.Named)) made.Members[name] = value;
        return made;
    }

    private static TemplateMap Dictionary(CallArguments call)
    {
        var made = new TemplateMap(trustedKeys: call.Positional.OfType<TemplateMap>().All(map => map.TrustedKeys));
        foreach (var (name, value) in call.Positional.OfType<TemplateMap>().SelectMany(map => map).Concat(call.Named)) made[name] = value;
        return made;
    }

    private static string Time(DateTimeOffset now, string format, CallArguments call)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            var bare = format[i + 1] == '-' && i + 2 < format.Length;
            i += bare ? 2 : 1;
            var part = Part(now, format[i]) ?? throw call.Place.Failure($"strftime_now does not know %{Tokenizers.Json.Shown(format[i].ToString()).Trim('"')}.");
            text.Append(bare ? part.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0" : part);
        }
        return text.ToString();
    }

    private static string? Part(DateTimeOffset now, char code)
    {
        string Formatted(string format) => now.ToString(format, CultureInfo.InvariantCulture);
        return code switch
        {
            'd' => Formatted("dd"),
            'e' => now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'm' => Formatted("MM"),
            'y' => Formatted("yy"),
            'Y' => Formatted("yyyy"),
            'b' or 'h' => Formatted("MMM"),
            'B' => Formatted("MMMM"),
            'a' => Formatted("ddd"),
            'A' => Formatted("dddd"),
            'H' => Formatted("HH"),
            'I' => Formatted("hh"),
            'M' => Formatted("mm"),
            'S' => Formatted("ss"),
            'f' => Formatted("ffffff"),
            'p' => Formatted("tt"),
            'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'u' => (now.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)now.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'w' => ((int)now.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'F' => Formatted("yyyy-MM-dd"),
            'T' => Formatted("HH:mm:ss"),
            'D' or 'x' => Formatted("MM/dd/yy"),
            'R' => Formatted("HH:mm"),
            'X' => Formatted("HH:mm:ss"),
            'c' => $"{Formatted("ddd MMM")} {now.Day,2} {Formatted("HH:mm:ss yyyy")}",
            '%' => "%",
            _ => null,
        };
    }
}
