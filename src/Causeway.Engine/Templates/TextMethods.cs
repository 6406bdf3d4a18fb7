using System.Text;

namespace Causeway.Engine.Templates;

/// <summary>Python's methods of strings.</summary>
internal static class TextMethods
{
    public static TemplateFunction? Find(TemplateText text, string name) => name switch
    {
        "strip" => call => Strip(text, call, left: true, right: true),
        "lstrip" => call => Strip(text, call, left: true, right: false),
        "rstrip" => call => Strip(text, call, left: false, right: true),
        "split" => call => Split(text, call, fromRight: false),
        "rsplit" => call => Split(text, call, fromRight: true),
        "splitlines" => call => Lines(text, call),
        "startswith" => call => Affixes(call).Any(affix => text.Value.StartsWith(affix, StringComparison.Ordinal)),
        "endswith" => call => Affixes(call).Any(affix => text.Value.EndsWith(affix, StringComparison.Ordinal)),
        "removeprefix" => call => call.AtMost("prefix").Text(0, "prefix").Value is var affix && text.Value.StartsWith(affix, StringComparison.Ordinal)
            ? text.Slice(affix.Length, text.Value.Length - affix.Length) : text,
        "removesuffix" => call => call.AtMost("suffix").Text(0, "suffix").Value is var affix && text.Value.EndsWith(affix, StringComparison.Ordinal)
            ? text.Slice(0, text.Value.Length - affix.Length) : text,
        "replace" => call => Replace(text, call),
        "find" => call => CodePoints(text, text.Value.IndexOf(call.AtMost("sub").Text(0, "sub").Value, StringComparison.Ordinal)),
        "rfind" => call => CodePoints(text, text.Value.LastIndexOf(call.AtMost("sub").Text(0, "sub").Value, StringComparison.Ordinal)),
        "count" => call => Count(text, call.AtMost("sub").Text(0, "sub").Value),
        "join" => call => Join(text, call),
        "upper" => call => Charged(call.AtMost(), text).With(text.Value.ToUpperInvariant()),
        "lower" => call => Charged(call.AtMost(), text).With(text.Value.ToLowerInvariant()),
        "capitalize" => call => Charged(call.AtMost(), text).With(Capital(text.Value)),
        "title" => call => Charged(call.AtMost(), text).With(Title(text.Value)),
        "isdigit" => call => All(call.AtMost(), text, rune => Rune.IsDigit(rune)),
        "isalpha" => call => All(call.AtMost(), text, rune => Rune.IsLetter(rune)),
        "isalnum" => call => All(call.AtMost(), text, rune => Rune.IsLetterOrDigit(rune)),
        "isspace" => call => All(call.AtMost(), text, rune => rune.IsBmp && PythonText.IsSpace((char)rune.Value)),
        "isupper" => call => text.Value.Any(char.IsUpper) && !Charged(call.AtMost(), text).Value.Any(char.IsLower),
        "islower" => call => text.Value.Any(char.IsLower) && !Charged(call.AtMost(), text).Value.Any(char.IsUpper),
        _ => null,
    };

    public static TemplateText Strip(TemplateText text, CallArguments call, bool left, bool right)
    {
        var characters = call.AtMost("chars").TryGet(0, "chars", out var given) && given is not null ? call.Text(0, "chars").Value : null;
        var (start, length) = PythonText.Strip(Charged(call, text).Value, characters, left, right);
        return text.Slice(start, length);
    }

    public static TemplateText Replace(TemplateText text, CallArguments call)
    {
        var (old, with, most) = (call.AtMost("old", "new", "count").Text(0, "old"), call.Text(1, "new"), call.Integer(2, "count", -1));
        if (most < 0) most = long.MaxValue;
        var parts = new List<TemplateText>();
        var at = 0;
        if (old.Value.Length == 0) throw call.Place.Failure("the empty text is replaced; that is not known here.");
        for (var found = text.Value.IndexOf(old.Value, StringComparison.Ordinal); found >= 0 && most-- > 0; found = text.Value.IndexOf(old.Value, at, StringComparison.Ordinal))
        {
            parts.Add(text.Slice(at, found - at));
            parts.Add(with);
            at = found + old.Value.Length;
        }
        parts.Add(text.Slice(at, text.Value.Length - at));
        call.Rendering.Room(parts.Sum(part => (long)part.Value.Length) + (parts.Count * 64L), call.Place);
        return TemplateText.Join(parts);
    }

    public static TemplateText Join(TemplateText separator, CallArguments call)
    {
        var items = Values.Elements(call.AtMost("iterable").Get(0, "iterable")) ?? throw call.Place.Failure("join needs a list.");
        return Join(separator, items.Select(item => item as TemplateText ?? throw call.Place.Failure($"join meets {Values.Kind(item)}.")).ToList(), call);
    }

    public static TemplateText Join(TemplateText separator, List<TemplateText> texts, CallArguments call)
    {
        call.Rendering.Room(texts.Sum(text => (long)text.Value.Length + separator.Value.Length), call.Place);
        call.Rendering.Step(call.Place, texts.Count);
        return TemplateText.Join(texts.SelectMany((text, i) => i == 0 ? [text] : new[] { separator, text }));
    }

    public static string Capital(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    /// <summary>Each letter after none is upper case, each after a letter lower.</summary>
    public static string Title(string text)
    {
        var title = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) title.Append(i > 0 && char.IsLetter(text[i - 1]) ? char.ToLowerInvariant(text[i]) : char.ToUpperInvariant(text[i]));
        return title.ToString();
    }

    private static TemplateList Split(TemplateText text, CallArguments call, bool fromRight)
    {
        call.AtMost("sep", "maxsplit");
        var separator = call.TryGet(0, "sep", out var given) && given is not null ? call.Text(0, "sep").Value : null;
        var most = call.Integer(1, "maxsplit", -1) is >= 0 and var limit ? limit : long.MaxValue;
        if (separator == "") throw call.Place.Failure("a text is split at the empty text.");
        Charged(call, text);
        var cuts = separator is null ? Words(text.Value) : Between(text.Value, separator);
        if (cuts.Count - 1 > most) cuts = Merge(cuts, (int)most, fromRight, separator is null ? text.Value : null);
        call.Rendering.Step(call.Place, cuts.Count);
        return new TemplateList([.. cuts.Select(cut => (object?)text.Slice(cut.Start, cut.End - cut.Start))]);
    }

    private static List<(int Start, int End)> Between(string text, string separator)
    {
        var cuts = new List<(int, int)>();
        var start = 0;
        for (var at = text.IndexOf(separator, StringComparison.Ordinal); at >= 0; at = text.IndexOf(separator, start, StringComparison.Ordinal))
        {
            cuts.Add((start, at));
            start = at + separator.Length;
        }
        cuts.Add((start, text.Length));
        return cuts;
    }

    private static List<(int Start, int End)> Words(string text)
    {
        var words = new List<(int, int)>();
        for (var at = 0; at < text.Length; at++)
        {
            if (PythonText.IsSpace(text[at])) continue;
            var start = at;
            while (at < text.Length && !PythonText.IsSpace(text[at])) at++;
            words.Add((start, at));
        }
        return words;
    }

    // What is beyond the most cuts stays one piece; of words, with the whitespace at the far end.
    private static List<(int Start, int End)> Merge(List<(int Start, int End)> cuts, int most, bool fromRight, string? words)
    {
        if (fromRight)
        {
            var start = words is null ? cuts[0].Start : 0;
            return [(start, cuts[cuts.Count - 1 - most].End), .. cuts.Skip(cuts.Count - most)];
        }
        return [.. cuts.Take(most), (cuts[most].Start, words?.Length ?? cuts[^1].End)];
    }

    private static TemplateList Lines(TemplateText text, CallArguments call)
    {
        call.AtMost();
        Charged(call, text);
        var (lines, start, value) = (new List<object?>(), 0, text.Value);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] is not ('\n' or '\r' or '\v' or '\f' or (>= '\x1C' and <= '\x1E') or '\x85' or '\u2028' or '\u2029')) continue;
            lines.Add(text.Slice(start, at - start));
            if (value[at] == '\r' && at + 1 < value.Length && value[at + 1] == '\n') at++;
            start = at + 1;
        }
        if (start < value.Length) lines.Add(text.Slice(start, value.Length - start));
        return new TemplateList(lines);
    }

    private static IEnumerable<string> Affixes(CallArguments call) => call.AtMost("affix").Get(0, "affix") switch
    {
        TemplateText affix => [affix.Value],
        TemplateList { IsTuple: true } affixes => affixes.Items.OfType<TemplateText>().Select(affix => affix.Value),
        var other => throw call.Place.Failure($"{call.Name} needs a text, not {Values.Kind(other)}."),
    };

    private static long CodePoints(TemplateText text, int place) => place < 0 ? -1 : text.Slice(0, place).Length;

    private static long Count(TemplateText text, string part)
    {
        if (part.Length == 0) return text.Length + 1L;
        return text.Value.AsSpan().Count(part);
    }

    private static bool All(CallArguments call, TemplateText text, Func<Rune, bool> predicate) =>
        Charged(call, text).Value.Length > 0 && AllRunes(text.Value, predicate);

    private static bool AllRunes(string text, Func<Rune, bool> predicate)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!predicate(rune)) return false;
        return true;
    }

    private static TemplateText Charged(CallArguments call, TemplateText text) => call.Rendering.Made(text, call.Place);
}
