using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>The words of the scripts. Every answer of the default script says first that it is a rehearsal.</summary>
internal static class Lines
{
    public const string CustomInput = "rehearsal";

    private const int ExcerptLength = 60;
    private const int EndlessWords = 256;

    private static readonly string[] Openings =
    [
        "This is a rehearsal, and no model has read your message.",
        "This is a rehearsal: the answer comes from a script, not from a model.",
        "This is only a rehearsal. Nobody thought about this answer.",
        "This is a rehearsal answer, played from a script.",
    ];

    private static readonly string[] Middles =
    [
        "The tokens, the stream and the usage behave like the real thing, so you can try your whole path with it.",
        "Everything around these words is real: the route, the limits, the ledger and the bill of nothing at all.",
        "Look at the events, the finish reason and the counts; the words themselves mean nothing.",
        "It says the same to everyone who asks the same, which is more than a model would promise.",
    ];

    private static readonly string[] Endings =
    [
        "When you are ready, point the route at a model and ask again.",
        "Break a leg when the curtain rises.",
        "The stage is yours.",
        "Thank you for trying things out before it matters.",
    ];

    private static readonly string[] Words =
    [
        "again", "and", "another", "bridge", "carries", "causeway", "crosses", "for", "from", "line", "night", "of", "once", "over",
        "path", "play", "quiet", "rehearsal", "river", "road", "scene", "slowly", "stage", "stone", "the", "then", "tide", "to",
        "until", "water", "while", "words",
    ];

    public static string Answer(string userText, ulong seed)
    {
        var chance = new Chance(seed);
        var opening = chance.Pick<string>(Openings);
        var said = userText.Length == 0 ? "You said nothing in words." : $"You said \"{Excerpt(userText)}\".";
        return $"{opening} {said} {chance.Pick<string>(Middles)} {chance.Pick<string>(Endings)}";
    }

    public static string AboutResult(string result, ulong seed)
    {
        var chance = new Chance(seed);
        return $"{chance.Pick<string>(Openings)} The tool answered \"{Excerpt(result)}\". {chance.Pick<string>(Endings)}";
    }

    public static string JsonObject(string userText, ulong seed)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = AnswerJson.Encoder }))
        {
            json.WriteStartObject();
            json.WriteBoolean("rehearsal"u8, true);
            json.WriteString("message"u8, new Chance(seed).Pick<string>(Openings));
            json.WriteString("excerpt"u8, Excerpt(userText));
            json.WriteNumber("number"u8, new Chance(seed).Below(100));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>One period of a text without end: begins with a word, ends with a space.</summary>
    public static string Endless(ulong seed)
    {
        var chance = new Chance(seed);
        var text = new StringBuilder("rehearsal ");
        for (var count = 1; count < EndlessWords; count++)
            text.Append(chance.Pick<string>(Words)).Append(' ');
        return text.ToString();
    }

    /// <summary>The beginning on one line, cut between characters as people see them.</summary>
    private static string Excerpt(string text)
    {
        var end = 0;
        while (end < text.Length && end < ExcerptLength)
            end += StringInfo.GetNextTextElementLength(text.AsSpan(end));
        var line = new StringBuilder(Math.Min(end, 4 * ExcerptLength));
        foreach (var letter in text.AsSpan(0, end > 4 * ExcerptLength ? 0 : end))
            line.Append(char.IsControl(letter) ? ' ' : letter);
        return end < text.Length ? line.Append('…').ToString() : line.ToString();
    }
}
