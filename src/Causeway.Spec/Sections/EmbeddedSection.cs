using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads an upstream of type <c>embedded</c>, and holds the models of its targets to what is in the store.</summary>
internal static class EmbeddedSection
{
    public const int MaxThreads = 512;
    public const int MinContext = 64;
    public const int MaxContext = 1 << 20;
    public const long MaxMemory = 64L << 40;
    private const long MinMemory = 16 << 20;
    private const int MaxQueue = 10_000;
    private const int MaxPath = 4096;
    private static readonly TimeSpan ShortestStay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStay = TimeSpan.FromHours(24);

    public static UpstreamPlan? Read(YamlScalar key, YamlMapping mapping, string what, DiagnosticBag bag)
    {
        if (MapReader.Over(mapping, EmbeddedShapes.Embedded, what, bag, key.At) is not { } reader) return null;
        var defaults = new EmbeddedPlan();
        var embedded = new EmbeddedPlan
        {
            Models = ReadFolder(reader.Find("models"), bag),
            Threads = bag.Integer(reader.Find("threads"), "'threads'", 1, MaxThreads),
            Memory = bag.Size(reader.Find("memory"), "'memory'", MinMemory, MaxMemory),
            Context = bag.Integer(reader.Find("context"), "'context'", MinContext, MaxContext),
            Queue = bag.Integer(reader.Find("queue"), "'queue'", 0, MaxQueue) ?? defaults.Queue,
            OfferTuned = bag.Flag(reader.Find("offerTuned"), "'offerTuned'") ?? defaults.OfferTuned,
            UnloadAfter = bag.Duration(reader.Find("unloadAfter"), "'unloadAfter'", ShortestStay, LongestStay) ?? defaults.UnloadAfter,
        };
        return ResilienceSection.Add(new UpstreamPlan { Name = key.Text, Kind = UpstreamKind.Embedded, Embedded = embedded }, reader, bag);
    }

    /// <param name="model">The target's; null when names are forwarded as asked.</param>
    /// <param name="asked">The names and patterns of the route.</param>
    public static void CheckModel(UpstreamPlan? upstream, string? model, IEnumerable<string> asked, Position at, SpecContext context)
    {
        if (upstream is not { Embedded: { } embedded } || context.Options.LocalModels is not { } missing) return;
        var names = model is not null ? [model] : asked.Where(name => !name.EndsWith('*'));
        foreach (var name in names)
            if (missing(embedded.Models, name) is { } why)
                context.Bag.Add(DiagnosticRule.MissingLocalModel, at, $"upstream '{upstream.Name}' has no model '{Shown.Text(name)}': {why}",
                    "'causeway models list' prints what is there; 'causeway models add' and 'pull' bring more");
    }

    private static string? ReadFolder(YamlNode? node, DiagnosticBag bag)
    {
        if (bag.Text(node, "'models'") is not { } path || node is null) return null;
        if (path.Length is > 0 and <= MaxPath && !path.Any(char.IsControl)) return path;
        bag.Add(DiagnosticRule.UnknownValue, node.At, $"'models' must be the path of a folder, 1 to {MaxPath} characters");
        return null;
    }
}
