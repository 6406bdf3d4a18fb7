using System.Globalization;
using System.Numerics;
using System.Text;

namespace Causeway.Engine.Templates;

/// <summary>
/// <c>tojson</c> as Hugging Face's templates have it, which is Python's <c>json.dumps</c>: no escapes for HTML, keys as they came, characters beyond
/// ASCII as they are unless <c>ensure_ascii</c> is set.
/// </summary>
internal sealed class TemplateJson
{
    private readonly StringBuilder _json = new();
    private readonly CallArguments _call;
    private readonly bool _ascii;
    private readonly bool _sorted;
    private readonly string? _indent;
    private readonly string _between;
    private readonly string _colon;

    private TemplateJson(CallArguments call)
    {
        _call = call.AtMost("ensure_ascii", "indent", "separators", "sort_keys");
        _ascii = call.Flag(0, "ensure_ascii", false);
        _sorted = call.Flag(3, "sort_keys", false);
        _indent = call.TryGet(1, "indent", out var indent) ? Indentation(indent) : null;
        (_between, _colon) = (_indent is null ? ", " : ",", ": ");
        if (!call.TryGet(2, "separators", out var separators) || separators is null) return;
        (_between, _colon) = separators is TemplateList { Items: [TemplateText between, TemplateText colon] }
            ? (between.Value, colon.Value)
            : throw call.Place.Failure("tojson needs two texts as its separators.");
    }

    public static TemplateText Write(object? value, CallArguments call)
    {
        var writer = new TemplateJson(call);
        writer.Write(value, 0);
        return call.Rendering.Made(new TemplateText(writer._json.ToString(), Values.IsTrusted(value)), call.Place);
    }

    private string? Indentation(object? indent) => indent switch
    {
        null => null,
        TemplateText text => text.Value,
        _ when Values.AsInteger(indent) is { } count => new string(' ', (int)Math.Clamp(count, 0, 64)),
        _ => throw _call.Place.Failure("tojson needs a whole number as its indent."),
    };

    private void Write(object? value, int depth)
    {
        _call.Rendering.Step(_call.Place);
        if (_json.Length > Rendering.MaxCharacters) throw _call.Place.Failure($"tojson makes more than {Rendering.MaxCharacters} characters.");
        switch (value)
        {
            case null: _json.Append("null"); break;
            case bool truth: _json.Append(truth ? "true" : "false"); break;
            case long or BigInteger: _json.Append(CultureInfo.InvariantCulture, $"{value}"); break;
            case double number: _json.Append(Number(number)); break;
            case TemplateText text: WriteText(text.Value); break;
            case TemplateList list: WriteAll('[', ']', list.Items, depth, item => Write(item, depth + 1)); break;
            case TemplateMap map:
                var entries = _sorted ? map.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList() : [.. map];
                WriteAll('{', '}', entries, depth, entry =>
                {
                    WriteText(entry.Key);
                    _json.Append(_colon);
                    Write(entry.Value, depth + 1);
                });
                break;
            default: throw _call.Place.Failure($"tojson meets {Values.Kind(value)}.");
        }
    }

    private void WriteAll<T>(char open, char close, IReadOnlyList<T> items, int depth, Action<T> write)
    {
        _json.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) _json.Append(_between);
            BreakLine(depth + 1);
            write(items[i]);
        }
        if (items.Count > 0) BreakLine(depth);
        _json.Append(close);
    }

    private void BreakLine(int depth)
    {
        if (_indent is null) return;
        _json.Append('\n');
        for (var i = 0; i < depth; i++) _json.Append(_indent);
    }

    private static string Number(double number) =>
        double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : PythonText.Float(number);

    private void WriteText(string text)
    {
        _json.Append('"');
        foreach (var one in text)
        {
            _ = one switch
            {
                '"' => _json.Append("\\\""),
                '\\' => _json.Append("\\\\"),
                '\n' => _json.Append("\\n"),
                '\r' => _json.Append("\\r"),
                '\t' => _json.Append("\\t"),
                '\b' => _json.Append("\\b"),
                '\f' => _json.Append("\\f"),
                < ' ' => _json.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}"),
                > '~' when _ascii => _json.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}"),
                _ => _json.Append(one),
            };
        }
        _json.Append('"');
    }
}
