using System.Text;
using CsCheck;

namespace Causeway.Spec.Tests.Plans;

/// <summary>
/// One spec written in many ways: order of keys, comments, quotes, flow or block, equal durations and sizes, defaults spelled out or left out.
/// </summary>
internal sealed record SpecVariant(int Seed, bool Flow, bool Comments, bool Defaults)
{
    public static readonly SpecVariant Plain = new(0, Flow: false, Comments: false, Defaults: false);

    public static readonly Gen<SpecVariant> Gen = CsCheck.Gen.Select(CsCheck.Gen.Int, CsCheck.Gen.Bool, CsCheck.Gen.Bool, CsCheck.Gen.Bool)
        .Select((seed, flow, comments, defaults) => new SpecVariant(seed, flow, comments, defaults));

    public string Write()
    {
        var random = new Random(Seed);
        var text = new StringBuilder();
        if (Flow) WriteFlow(Root(random), random, text);
        else WriteBlock(Root(random), 0, random, text);
        return text.Append('\n').ToString();
    }

    private Map Root(Random random) => new(random,
        ("apiVersion", Text(random, "causeway/v1")),
        ("upstreams", new Map(random, ("acme", Acme(random)), ("play", Play(random)))),
        ("routes", new Map(random,
            ("chat", Route(random, ["[a, b]", "[b, a]", "['b', \"a\"]"],
                new Map(random, ("upstream", Text(random, "acme")), ("model", Text(random, "big"))))),
            ("rest", Route(random, ["\"*\"", "['*']"], new Map(random, ("upstream", Text(random, "play"))))))),
        ("limits", Limits(random)),
        ("prices", new Map(random, ("big", Price(random)))),
        ("keys", Defaults ? "[]" : null));

    private Map Acme(Random random) => new(random,
        ("type", Text(random, "openai-compatible")),
        ("baseUrl", Text(random, Pick(random, "https://a.example/v1", "https://a.example/v1/", "https://A.Example:443/v1//"))),
        ("apiKey", Quoted(random, "${A_KEY}")),
        ("http", Defaults ? Text(random, "auto") : null),
        ("headers", Defaults ? "{}" : null));

    private Map Play(Random random) => new(random,
        ("type", Text(random, "rehearsal")),
        ("tokenDelay", Text(random, Pick(random, "1500ms", "1.5s", "0.025m"))),
        ("firstTokenDelay", Defaults ? "0s" : null),
        ("faults", Defaults ? "[]" : null));

    private static Map Route(Random random, string[] models, Map target) =>
        new(random, ("match", new Map(random, ("model", Pick(random, models)))), ("targets", new List<Map> { target }));

    private Map Limits(Random random) => new(random,
        ("body", Pick(random, "1048576", "1MiB", "1024KiB", "\"1048576\"")),
        ("idle", Text(random, Pick(random, "60s", "1m", "60000ms"))),
        ("total", Defaults ? "10m" : null),
        ("concurrentRequests", Defaults ? "1000" : null),
        ("timeToFirstToken", Defaults ? "60s" : null));

    private Map Price(Random random) => new(random,
        ("prompt", Pick(random, "0.15", "0.150", ".15")),
        ("completion", Pick(random, "2", "2.0", "2.")),
        ("cached", Defaults ? "0.15" : null));

    private static string Text(Random random, string text) => Pick(random, text, $"'{text}'", $"\"{text}\"");

    private static string Quoted(Random random, string text) => Pick(random, $"'{text}'", $"\"{text}\"");

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private void WriteBlock(Map map, int indent, Random random, StringBuilder text)
    {
        foreach (var (key, value) in map.Entries)
        {
            if (Comments && random.Next(3) == 0) text.Append(' ', indent).Append("# gpt-5: why\n");
            text.Append(' ', indent).Append(Text(random, key)).Append(':');
            if (value is Map inner) WriteBlock(inner, indent + 2, random, text.Append('\n'));
            else if (value is List<Map> list) WriteItems(list, indent, random, text.Append('\n'));
            else text.Append(' ', 1 + random.Next(3)).Append(value).Append(Comments ? " # c\n" : "\n");
        }
    }

    private static void WriteItems(List<Map> list, int indent, Random random, StringBuilder text)
    {
        foreach (var item in list)
        {
            WriteFlow(item, random, text.Append(' ', indent + 1).Append("- "));
            text.Append('\n');
        }
    }

    private static StringBuilder WriteFlow(Map map, Random random, StringBuilder text)
    {
        text.Append('{');
        foreach (var (key, value) in map.Entries)
        {
            text.Append(' ').Append(Text(random, key)).Append(": ");
            if (value is Map inner) WriteFlow(inner, random, text);
            else if (value is List<Map> list) WriteFlow(list[0], random, text.Append('[')).Append(']');
            else text.Append(value);
            text.Append(random.Next(2) == 0 ? "," : "\n            ,");
        }
        return text.Append('}');
    }

    /// <summary>Entries that are not null, shuffled.</summary>
    private sealed class Map
    {
        public Map(Random random, params (string Key, object? Value)[] entries)
        {
            Entries = [.. entries.Where(entry => entry.Value is not null)];
            random.Shuffle(Entries);
        }

        public (string Key, object? Value)[] Entries { get; }
    }
}
