using System.Globalization;
using System.Text;

namespace Causeway.Engine.Tokenizers;

/// <summary>
/// Normalization form C (Unicode Standard Annex 15): decompose canonically, order marks by combining class, compose. Ours, since .NET's own leaves
/// every text as it is under InvariantGlobalization.
/// </summary>
internal static class NormalFormC
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Trails = 28;

    private static readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private static readonly Dictionary<(int First, int Second), int> _compositions = [];
    private static readonly Dictionary<int, byte> _classes = [];
    private static readonly HashSet<int> _mayChange = [];

    static NormalFormC()
    {
        using var stream = typeof(NormalFormC).Assembly.GetManifestResourceStream("normal-form-c.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (line[0] != '#') Read(line.Split(' '));
        for (var vowel = 0; vowel < Vowels; vowel++) _mayChange.Add(VowelBase + vowel);
        for (var trail = 1; trail < Trails; trail++) _mayChange.Add(TrailBase + trail);
    }

    /// <param name="text">UTF-8.</param>
    /// <returns>The same span when it is in the form already.</returns>
    public static ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> text)
    {
        // Every code point under U+0300, whose UTF-8 begins with CC, is itself in this form and combines with nothing under it.
        if (!text.ContainsAnyInRange((byte)0xCC, (byte)0xFF) || !MayChange(text)) return text;
        var codes = Decompose(text);
        Order(codes);
        Compose(codes);
        var result = new StringBuilder(codes.Count);
        foreach (var code in codes) result.Append(new Rune(code));
        return Encoding.UTF8.GetBytes(result.ToString());
    }

    private static void Read(string[] fields)
    {
        if (fields[0] == "@")
        {
            foreach (var range in fields.AsSpan(2)) ReadClass(byte.Parse(fields[1], CultureInfo.InvariantCulture), range.Split('-'));
            return;
        }
        var code = Hex(fields[0]);
        var undone = fields[^1] != "!";
        var second = fields.Length > 2 && fields[2] != "!" ? Hex(fields[2]) : -1;
        _decompositions.Add(code, (Hex(fields[1]), second));
        if (!undone) _mayChange.Add(code);
        else if (_compositions.TryAdd((Hex(fields[1]), second), code)) _mayChange.Add(second);
    }

    private static void ReadClass(byte combining, string[] range)
    {
        for (var code = Hex(range[0]); code <= Hex(range[^1]); code++)
        {
            _classes.Add(code, combining);
            _mayChange.Add(code);
        }
    }

    private static int Hex(string code) => int.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static bool MayChange(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (rune.Value >= 0x300 && _mayChange.Contains(rune.Value)) return true;
            text = text[length..];
        }
        return false;
    }

    private static List<int> Decompose(ReadOnlySpan<byte> text)
    {
        var codes = new List<int>(text.Length);
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            Decompose(rune.Value, codes);
            text = text[length..];
        }
        return codes;
    }

    private static void Decompose(int code, List<int> into)
    {
        var syllable = code - HangulBase;
        if (syllable is >= 0 and < Leads * Vowels * Trails)
        {
            into.Add(LeadBase + (syllable / (Vowels * Trails)));
            into.Add(VowelBase + (syllable % (Vowels * Trails) / Trails));
            if (syllable % Trails > 0) into.Add(TrailBase + (syllable % Trails));
        }
        else if (code >= 0xC0 && _decompositions.TryGetValue(code, out var parts))
        {
            Decompose(parts.First, into);
            if (parts.Second >= 0) into.Add(parts.Second);
        }
        else
        {
            into.Add(code);
        }
    }

    // Stable, and n log n: a text may be one letter under a megabyte of marks.
    private static void Order(List<int> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            if (ClassOf(codes[start]) == 0) continue;
            var end = start + 1;
            var ordered = true;
            for (; end < codes.Count && ClassOf(codes[end]) != 0; end++) ordered &= ClassOf(codes[end - 1]) <= ClassOf(codes[end]);
            if (!ordered)
            {
                var sorted = codes.GetRange(start, end - start).OrderBy(ClassOf).ToList();
                for (var i = 0; i < sorted.Count; i++) codes[start + i] = sorted[i];
            }
            start = end - 1;
        }
    }

    private static void Compose(List<int> codes)
    {
        var (starter, kept, last) = (-1, 0, 0);
        for (var i = 0; i < codes.Count; i++)
        {
            var combining = ClassOf(codes[i]);
            // Blocked when a mark of the same or a higher class, or another starter, stands between.
            var reaches = starter >= 0 && (kept == starter + 1 || (last != 0 && last < combining));
            if (reaches && Pair(codes[starter], codes[i]) is >= 0 and var composed)
            {
                codes[starter] = composed;
                continue;
            }
            if (combining == 0) starter = kept;
            last = combining;
            codes[kept++] = codes[i];
        }
        codes.RemoveRange(kept, codes.Count - kept);
    }

    private static int Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads and var lead && second - VowelBase is >= 0 and < Vowels and var vowel)
            return HangulBase + (((lead * Vowels) + vowel) * Trails);
        if (first - HangulBase is >= 0 and < Leads * Vowels * Trails and var syllable && syllable % Trails == 0 && second - TrailBase is > 0 and < Trails and var trail)
            return first + trail;
        return _compositions.GetValueOrDefault((first, second), -1);
    }

    private static int ClassOf(int code) => code < 0x300 ? 0 : _classes.GetValueOrDefault(code);
}
