using System.Text.Json;
using Causeway.Wire.Dialects;
using Causeway.Wire.Dialects.Encoders;

namespace Causeway.Wire.Tests.Dialects;

/// <summary>One text, and what it has to be read as.</summary>
/// <param name="IsExact">The text keeps its grammar to the letter: nothing may count as a repair.</param>
internal sealed record CorpusCase(string Name, DialectFamily Family, string Text, DialectTurn Expected, bool IsExact, DialectOptions Options);

/// <summary>The corpus: each family's encoder over every scenario and every fault, so that what is expected is known by construction.</summary>
internal static class Corpus
{
    private const string Code =
        "def f(s):\n\treturn s == \"</think>\" or s < \"a\" and '`' in s  # ünïcödé 😀\n\n<b>bold</b> </parameter> {\"a\": [1, 2]} </invoke>x\\n";

    private static readonly DialectFamily[] s_families = Enum.GetValues<DialectFamily>();

    private static readonly (string Name, DialectTurn Turn)[] s_scenarios =
    [
        ("text only", Turn("Hello, <world> & {all}.\nBye ")),
        ("reasoning and text", Turn("The answer is 4.", "2 + 2")),
        ("one call", Turn("", null, Weather("""{"city":"Paris","days":3}"""))),
        ("text before a call", Turn("Let me look <at> it.", null, Weather("""{"city":"Zürich"}"""))),
        ("reasoning and a call", Turn("", "They want the weather.\nI have a tool.", Weather("""{"city":"Paris"}"""))),
        ("reasoning, text and calls", Turn("Two cities.", "Two calls.", Weather("""{"city":"Paris"}"""), Weather("""{"city":"Rome"}"""))),
        ("five calls", Turn("", null, [.. Enumerable.Range(0, 5).Select(day => Weather($$"""{"city":"C{{day}}","days":{{day}}}"""))])),
        ("no parameters", Turn("", null, new DialectCall("ping", "{}"), Weather("""{"city":"Paris"}"""), new DialectCall("ping", "{}"))),
        ("a name that another begins with", Turn("", null, new DialectCall("get", "{}"), Weather("""{"city":"Paris"}"""))),
        ("an unknown tool", Turn("", null, new DialectCall("no-such.tool", """{"q":"x"}"""))),
        ("typed values", Turn("", null, Weather(
            """{"city":"3","days":9007199254740993,"metric":true,"limit":-0.5e-7,"tags":["a","b, \"c\""],"opts":{"a":1},"note":null,"unit":"c","level":2}"""))),
        ("empty and blank strings", Turn("", null, File("", " "), File(" x ", "\t"))),
        ("code in a string", Turn("", null, File("a/b.py", Code))),
        ("lines in a string", Turn("", null, File("p", "\n\nfirst\n  indented\n\nlast\n\n"))),
        ("another family's call in a string", Turn("", null, File("p", "<tools>[TOOL_CALL] <|tool_call <tool_calls> <function name> to=functions"))),
    ];

    public static IEnumerable<CorpusCase> All() => s_families.SelectMany(Of);

    public static IEnumerable<CorpusCase> Of(DialectFamily family)
    {
        foreach (var (name, turn) in s_scenarios)
        {
            // A Llama's call has no opening tag: it is the whole answer, and its tool has to be known.
            if (family == DialectFamily.Llama && turn.Calls.Count > 0 && (turn.Content != "" || turn.Reasoning is not null || name == "an unknown tool")) continue;
            var text = DialectEncoder.Write(family, turn);
            var options = new DialectOptions { Reasoning = turn.Reasoning is null ? ReasoningMarkup.None : ReasoningMarkup.Tagged };
            yield return new CorpusCase(name, family, text, turn, turn.Calls.All(call => call.Name != "no-such.tool"), options);
            foreach (var (fault, faulty) in Faults.Of(family, turn, text)) yield return new CorpusCase($"{name} / {fault}", family, faulty, turn, false, options);
        }
    }

    private static DialectTurn Turn(string content, string? reasoning = null, params DialectCall[] calls) => new(content, calls, reasoning);

    private static DialectCall Weather(string arguments) => new("get_weather", arguments);

    private static DialectCall File(string path, string content) =>
        new("write_file", $$"""{"path":{{Quote(path)}},"content":{{Quote(content)}}}""");

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
