using Causeway.EngineBench.Engines;
using Causeway.EngineBench.Models;
using Causeway.Load;
using Causeway.TinyModels;

namespace Causeway.EngineBench;

/// <summary>What to compare and how thoroughly.</summary>
internal sealed record CompareOptions
{
    private static readonly TinyType[] Known = [TinyType.Q8_0, TinyType.Q4_0, TinyType.F16, TinyType.BF16, TinyType.Q4_K, TinyType.Q6_K];
    private static readonly string[] KnownEngines =
        [Measurement.LlamaCpp, Measurement.Causeway, .. WithoutAmx.Matters ? new[] { Measurement.LlamaCppWithoutAmx } : []];
    private static readonly int[] KnownBatches = [1, 4, 8];
    private static readonly int[] KnownContexts = [0, Contender.PromptTokens];

    public required BenchShape Shape { get; init; }
    public required IReadOnlyList<TinyType> Types { get; init; }
    public required IReadOnlyList<int> Batches { get; init; }
    public required IReadOnlyList<int> Contexts { get; init; }
    public required IReadOnlyList<string> Engines { get; init; }
    public int Threads { get; init; }
    public int Repetitions { get; init; }

    /// <summary>Tokens of each sequence that a repetition of decoding times.</summary>
    public int Steps { get; init; }

    /// <summary>How often the engines take turns with each file.</summary>
    public int Rounds { get; init; }

    /// <summary>Where the report goes; null: only to the terminal.</summary>
    public string? Out { get; init; }

    /// <summary>Where repetitions are kept and added to, for a comparison in several sittings; null: all in one.</summary>
    public string? Keep { get; init; }

    /// <summary>Where models are made and left for the next time.</summary>
    public required string Models { get; init; }

    /// <summary>Schemas to measure masks with, beside the speed; null for none.</summary>
    public string? Schemas { get; init; }

    public string Tokenizer { get; init; } = "";

    public static CompareOptions From(Arguments arguments)
    {
        var small = arguments.Flag("small");
        var options = new CompareOptions
        {
            Shape = small ? BenchShape.Small : BenchShape.Full,
            Types = arguments.Text("only") is { } names ? [.. names.Split(',').Select(Type)] : Known,
            Batches = MeasureOptions.Numbers(arguments, "batches", KnownBatches),
            Contexts = MeasureOptions.Numbers(arguments, "contexts", KnownContexts),
            Engines = arguments.Text("engines")?.Split(',') ?? KnownEngines,
            Threads = arguments.Integer("threads", Environment.ProcessorCount),
            Repetitions = Math.Clamp(arguments.Integer("repetitions", 2), 1, 100),
            Steps = Math.Clamp(arguments.Integer("steps", small ? 96 : 24), 1, 200),
            Rounds = Math.Clamp(arguments.Integer("rounds", 2), 1, 100),
            Out = arguments.Text("out"),
            Keep = arguments.Text("keep"),
            Models = arguments.Required("models"),
            Schemas = arguments.Text("schemas"),
            Tokenizer = arguments.Text("tokenizer") ?? "",
        };
        if (options.Engines.FirstOrDefault(engine => !KnownEngines.Contains(engine)) is { } unknown)
            throw new UsageException($"unknown engine '{unknown}'; there are {string.Join(" and ", KnownEngines)}");
        if (options.Batches.Any(batch => !KnownBatches.Contains(batch))) throw new UsageException("--batches takes 1, 4 and 8");
        if (options.Contexts.Any(context => !KnownContexts.Contains(context))) throw new UsageException("--contexts takes 0 and 512");
        if (options.Schemas is not null && options.Tokenizer.Length == 0) throw new UsageException("--schemas needs --tokenizer too");
        return options;
    }

    private static TinyType Type(string name)
    {
        var at = Array.FindIndex(Known, type => type.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
        return at >= 0 ? Known[at] : throw new UsageException($"unknown type '{name}'; there are {string.Join(", ", Known)}");
    }
}
