using System.Text;

namespace Causeway.Engine.Templates;

/// <summary><c>value | name(arguments)</c>.</summary>
internal delegate object? Filter(object? value, CallArguments arguments);

/// <summary>Jinja's filters, those that chat templates use.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Filter> _all = new(StringComparer.Ordinal)
    {
        ["tojson"] = TemplateJson.Write,
        ["trim"] = (value, call) => TextMethods.Strip(Values.Text(value), call, left: true, right: true),
        ["upper"] = (value, call) => Rewritten(value, call, text => text.ToUpperInvariant()),
        ["lower"] = (value, call) => Rewritten(value, call, text => text.ToLowerInvariant()),
        ["capitalize"] = (value, call) => Rewritten(value, call, TextMethods.Capital),
        ["title"] = (value, call) => Rewritten(value, call, TitleWords),
        ["replace"] = (value, call) => TextMethods.Replace(Values.Text(value), call),
        ["string"] = (value, call) => Values.Text(value),
        ["safe"] = (value, call) => Values.Text(value),
        ["indent"] = Indent,
        ["join"] = Join,
        ["length"] = (value, call) => Length(value, call),
        ["count"] = (value, call) => Length(value, call),
        ["default"] = Default,
        ["d"] = Default,
        ["items"] = (value, call) => value is Undefined ? new TemplateList([]) : new TemplateList([.. Map(value, call).Items]),
        ["dictsort"] = DictSort,
        ["list"] = (value, call) => new TemplateList(Elements(value, call)),
        ["first"] = (value, call) => Elements(value, call) is [var first, ..] ? first : new Undefined("the first of nothing"),
        ["last"] = (value, call) => Elements(value, call) is [.., var last] ? last : new Undefined("the last of nothing"),
        ["reverse"] = (value, call) => value is TemplateText text ? Slices.Of(text, null, null, -1, call.Rendering, call.Place) : new TemplateList([.. Elements(value, call).Reverse()]),
        ["sort"] = Sort,
        ["unique"] = (value, call) => new TemplateList(Unique(Elements(value, call), call)),
        ["min"] = (value, call) => Ordered(value, call) is [var first, ..] ? first : new Undefined("the least of nothing"),
        ["max"] = (value, call) => Ordered(value, call) is [.., var last] ? last : new Undefined("the greatest of nothing"),
        ["sum"] = (value, call) => Elements(value, call).Aggregate((object?)0L, (sum, item) => Operators.Apply("+", sum, item, call.Rendering, call.Place)),
        ["map"] = Mapped,
        ["select"] = (value, call) => Chosen(value, call, byMember: false, keep: true),
        ["reject"] = (value, call) => Chosen(value, call, byMember: false, keep: false),
        ["selectattr"] = (value, call) => Chosen(value, call, byMember: true, keep: true),
        ["rejectattr"] = (value, call) => Chosen(value, call, byMember: true, keep: false),
        ["int"] = (value, call) => Numbers.Integer(value, call),
        ["float"] = (value, call) => Numbers.Float(value, call),
        ["abs"] = (value, call) => Values.AsNumber(value) is < 0 ? Operators.Sign(value, negative: true, call.Place) : value,
        ["round"] = Numbers.Round,
    };

    /// <summary>Null when there is none of the name.</summary>
    public static Filter? Find(string name) => _all.GetValueOrDefault(name);

    private static TemplateText Rewritten(object? value, CallArguments call, Func<string, string> rewrite)
    {
        var text = call.Rendering.Made(Values.Text(value), call.AtMost().Place);
        return text.With(rewrite(text.Value));
    }

    // Unlike the method of the same name, words begin after whitespace, hyphens and opening brackets only.
    private static string TitleWords(string text)
    {
        bool Parts(char one) => PythonText.IsSpace(one) || one is '-' or '(' or '{' or '[' or '<';
        var title = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) title.Append(i == 0 || Parts(text[i - 1]) ? char.ToUpperInvariant(text[i]) : char.ToLowerInvariant(text[i]));
        return title.ToString();
    }

    private static IReadOnlyList<object?> Elements(object? value, CallArguments call)
    {
        var elements = Values.Elements(value) ?? throw call.Place.Failure($"{call.Name} needs a list, not {Values.Kind(value)}.");
        call.Rendering.Step(call.Place, elements.Count);
        return elements;
    }

    private static TemplateMap Map(object? value, CallArguments call) =>
        value as TemplateMap ?? throw call.Place.Failure($"{call.Name} needs a dictionary, not {Values.Kind(value)}.");

    private static long Length(object? value, CallArguments call) => value switch
    {
        TemplateText text => text.Length,
        TemplateList list => list.Items.Count,
        TemplateMap map => map.Count,
        Undefined => 0,
        _ => throw call.Place.Failure($"{Values.Kind(value)} has no length."),
    };

    private static object? Default(object? value, CallArguments call)
    {
        call.AtMost("default_value", "boolean");
        return value is Undefined || (call.Flag(1, "boolean", false) && !Values.IsTrue(value))
            ? call.TryGet(0, "default_value", out var otherwise) ? otherwise : TemplateText.Empty
            : value;
    }

    private static TemplateText Join(object? value, CallArguments call)
    {
        var separator = call.AtMost("d", "attribute").TryGet(0, "d", out var given) ? Values.Text(given) : TemplateText.Empty;
        IEnumerable<object?> elements = Elements(value, call);
        if (call.TryGet(1, "attribute", out _)) elements = elements.Select(item => Member(item, call.Text(1, "attribute"), call));
        return TextMethods.Join(separator, [.. elements.Select(Values.Text)], call);
    }

    private static TemplateText Indent(object? value, CallArguments call)
    {
        call.AtMost("width", "first", "blank");
        var pad = call.TryGet(0, "width", out var width) && width is TemplateText given ? given : new TemplateText(new string(' ', (int)Math.Clamp(call.Integer(0, "width", 4), 0, 256)), true);
        var text = Values.Text(value);
        var blank = call.Flag(2, "blank", false);
        var lines = text.Value.Split('\n');
        call.Rendering.Room(text.Value.Length + ((long)lines.Length * pad.Value.Length), call.Place);
        var (parts, at) = (new List<TemplateText>(), 0);
        for (var i = 0; i < lines.Length; i++)
        {
            if (i == 0 ? call.Flag(1, "first", false) : blank || lines[i].Length > 0) parts.Add(pad);
            var end = Math.Min(text.Value.Length, at + lines[i].Length + 1);
            parts.Add(text.Slice(at, end - at));
            at = end;
        }
        return TemplateText.Join(parts);
    }

    private static TemplateList DictSort(object? value, CallArguments call)
    {
        call.AtMost("case_sensitive", "by", "reverse");
        var map = Map(value, call);
        var place = call.TryGet(1, "by", out var by) && by is TemplateText { Value: "value" } ? 1 : 0;
        return new TemplateList(Sorted([.. map.Items], call, item => ((TemplateList)item!).Items[place], call.Flag(0, "case_sensitive", false), call.Flag(2, "reverse", false)));
    }

    private static TemplateList Sort(object? value, CallArguments call)
    {
        call.AtMost("reverse", "case_sensitive", "attribute");
        Func<object?, object?> key = call.TryGet(2, "attribute", out _) ? item => Member(item, call.Text(2, "attribute"), call) : item => item;
        return new TemplateList(Sorted(Elements(value, call), call, key, call.Flag(1, "case_sensitive", false), call.Flag(0, "reverse", false)));
    }

    private static List<object?> Ordered(object? value, CallArguments call) => Sorted(Elements(value, call), call.AtMost(), item => item, caseSensitive: false, reverse: false);

    private static List<object?> Sorted(IReadOnlyList<object?> items, CallArguments call, Func<object?, object?> key, bool caseSensitive, bool reverse)
    {
        object? Key(object? item) => key(item) is TemplateText text && !caseSensitive ? text.With(text.Value.ToLowerInvariant()) : key(item);
        var order = Comparer<object?>.Create((left, right) =>
        {
            call.Rendering.Step(call.Place);
            return Values.Compare(left, right) ?? throw call.Place.Failure($"{Values.Kind(left)} and {Values.Kind(right)} have no order.");
        });
        try
        {
            return reverse ? [.. items.OrderByDescending(Key, order)] : [.. items.OrderBy(Key, order)];
        }
        catch (InvalidOperationException error) when (error.InnerException is ChatTemplateException inner)
        {
            throw new ChatTemplateException(inner.Message, isRefusal: false);
        }
    }

    private static List<object?> Unique(IReadOnlyList<object?> items, CallArguments call)
    {
        var unique = new List<object?>();
        foreach (var item in items)
        {
            call.Rendering.Step(call.Place, unique.Count);
            if (!unique.Exists(other => Values.AreEqual(other, item))) unique.Add(item);
        }
        return unique;
    }

    private static object? Member(object? item, TemplateText path, CallArguments call) =>
        path.Value.Split('.').Aggregate(item, (value, name) => long.TryParse(name, out var index)
            ? Members.Item(value, index, call.Place)
            : Members.Item(value, new TemplateText(name, true), call.Place));

    private static TemplateList Mapped(object? value, CallArguments call)
    {
        var elements = Elements(value, call);
        if (call.Positional.Count == 0 && call.TryGet(0, "attribute", out var attribute) && attribute is TemplateText path)
        {
            var otherwise = call.TryGet(1, "default", out var given) ? given : null;
            return new TemplateList([.. elements.Select(item => Member(item, path, call) is var member && member is Undefined && otherwise is not null ? otherwise : member)]);
        }
        var name = call.Text(0, "filter").Value;
        var filter = Find(name) ?? throw call.Place.Failure($"there is no filter {Tokenizers.Json.Shown(name)} here.");
        var rest = call with { Name = name, Positional = [.. call.Positional.Skip(1)] };
        return new TemplateList([.. elements.Select(item => filter(item, rest))]);
    }

    private static TemplateList Chosen(object? value, CallArguments call, bool byMember, bool keep)
    {
        var elements = Elements(value, call);
        var rest = call.Positional.Skip(byMember ? 1 : 0).ToList();
        Test test = (item, _) => Values.IsTrue(item);
        if (rest.Count > 0)
        {
            var name = (rest[0] as TemplateText)?.Value ?? throw call.Place.Failure($"{call.Name} needs the name of a test.");
            test = Tests.Find(name) ?? throw call.Place.Failure($"there is no test {Tokenizers.Json.Shown(name)} here.");
        }
        var arguments = call with { Positional = [.. rest.Skip(1)], Named = [] };
        return new TemplateList([.. elements.Where(item => test(byMember ? Member(item, call.Text(0, "attribute"), call) : item, arguments) == keep)]);
    }
}
