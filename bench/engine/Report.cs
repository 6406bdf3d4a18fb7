using System.Globalization;
using System.Text;
using Causeway.EngineBench.Engines;
using Causeway.EngineBench.Masks;
using Causeway.EngineBench.Measuring;
using Causeway.Load.Compare;
using Causeway.TinyModels;

namespace Causeway.EngineBench;

/// <summary>Writes the figures as Markdown: where they were measured, tables with ratios and goals, and what was thrown away.</summary>
internal sealed class Report(Figures figures, CompareOptions options, MaskResult? masks)
{
    private const string NotClean = "not clean";
    private static readonly TinyType[] Types = [TinyType.Q8_0, TinyType.Q4_0, TinyType.F16, TinyType.BF16, TinyType.Q4_K, TinyType.Q6_K];
    private static readonly string[] PathOptions = ["--out", "--keep", "--models", "--schemas", "--tokenizer"];
    private readonly StringBuilder _text = new();

    public string ToMarkdown()
    {
        Header();
        Tables(Measurement.LlamaCpp, "");
        if (WithAmx) Tables(Measurement.LlamaCppWithoutAmx, ", beside llama.cpp without AMX");
        if (masks is not null) _text.Append(masks.ToMarkdown());
        return _text.ToString();
    }

    private void Tables(string peer, string beside)
    {
        foreach (var context in options.Contexts)
        {
            Table($"Decode behind {(context == 0 ? "nothing" : $"{context} tokens")}, tokens/s{beside}",
                [.. options.Batches.Select(batch => new Column($"{batch} at once", type => Decode(type, peer, context, batch), DecodeGoal, Most: batch == 1 ? type => MemoryAllows(type, context) : null))]);
        }
        Table($"Prompt of 512 tokens, tokens/s{beside}", [new("prefill", type => Beside(type, peer, "prefill"), PrefillGoal)]);
        Table($"Loading and memory{beside}",
            [new("load, s", type => Beside(type, peer, "load"), null, "N2"), new("resident, MB", type => Beside(type, peer, "memory"), null, "N0")]);
    }

    private bool WithAmx => Types.Any(type => Of(type, Measurement.LlamaCppWithoutAmx, "load").WasTried);

    private Pair Beside(TinyType type, string peer, string figure) => new(Of(type, Measurement.Causeway, figure), Of(type, peer, figure));

    private void Header() => _text.AppendLine("# The engine's speed, beside llama.cpp").AppendLine()
        .AppendLine($"Written by `{CommandLine()}`. Absolute numbers belong to this machine; the ratios are what to read.").AppendLine()
        .AppendLine($"- Commit {MachineFacts.Commit(AppContext.BaseDirectory)}")
        .AppendLine($"- {MachineFacts.Processor()}, {Environment.ProcessorCount} cores, Linux {MachineFacts.Kernel()}, {MachineFacts.Runtime()}")
        .AppendLine($"- Qwen 3 with {options.Shape.Name} random weights ({options.Shape.Layers} layers, hidden {options.Shape.Hidden}, tied head), {options.Threads} threads, the same files and prompts, greedy")
        .AppendLine("- **causeway**: `LoadedModel` with as many generations as sequences, read as their tokens come, without drafts")
        .AppendLine("- **llama.cpp**: libllama of npm node-llama-cpp 3.22.1 through its C interface; behind a context with flash attention as it chooses or without, whichever is faster")
        .Append(WithAmx ? "- **llama.cpp without AMX**: the same libraries but the backend that uses AMX, which this processor has and .NET 10 does not\n" : "")
        .AppendLine("- \"memory allows\": what reading the file (and the context) once for each token would give at the speed at which the same threads read memory and do nothing else, measured in the same sitting")
        .AppendLine("- Each engine and file has a process of its own, the file is in the page cache. Load is from the path to the first token; resident is VmRSS behind a prompt of 128 tokens with room for one sequence.")
        .AppendLine(CultureInfo.InvariantCulture, $"- Cells are medians of repetitions during which others used at most {CpuReading.Limit:P0} of one core; {figures.Discarded} of {figures.Count} repetitions were thrown away for that")
        .AppendLine();

    private static string CommandLine()
    {
        var line = new StringBuilder("bench/engine.sh");
        var isPath = false;
        // Where this machine keeps its files says nothing about what was measured.
        foreach (var word in Environment.GetCommandLineArgs().Skip(2))
        {
            if (word.StartsWith("--", StringComparison.Ordinal)) isPath = PathOptions.Contains(word.Split('=')[0]);
            if (!isPath) line.Append(' ').Append(word);
        }
        return line.ToString();
    }

    private void Table(string title, IReadOnlyList<Column> columns)
    {
        var types = Types.Where(type => columns.Any(column => column.Pair(type).WasTried)).ToList();
        if (types.Count == 0) return;
        _text.AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine().Append("| |");
        foreach (var column in columns) _text.Append(CultureInfo.InvariantCulture, $" {column.Title}: causeway | llama.cpp | ratio |{(column.Goal is null ? "" : " goal |")}");
        _text.AppendLine().Append("|---|");
        foreach (var column in columns) _text.Append("---:|---:|---:|").Append(column.Goal is null ? "" : "---|");
        _text.AppendLine();
        foreach (var type in types)
        {
            _text.Append(CultureInfo.InvariantCulture, $"| {type} |");
            foreach (var column in columns) Cells(column.Pair(type), column.Goal?.Invoke(type), column.Most?.Invoke(type), column.Format);
            _text.AppendLine();
        }
        _text.AppendLine();
    }

    private void Cells(Pair pair, double? goal, double? most, string format)
    {
        var ratio = pair.Ours.Median / pair.Theirs.Median;
        _text.Append(CultureInfo.InvariantCulture, $" {Cell(pair.Ours, format)} | {Cell(pair.Theirs, format)} | {ratio?.ToString("N2", CultureInfo.InvariantCulture) ?? "–"} |");
        if (goal is { } least)
            _text.Append(CultureInfo.InvariantCulture, $" {least:0.0#}{(ratio is null ? "" : ratio >= least ? " met" : " **missed**")}{Bound(most / pair.Theirs.Median, least)} |");
    }

    private static string Bound(double? ratio, double goal) =>
        ratio < goal ? string.Create(CultureInfo.InvariantCulture, $", memory allows {ratio:N2}") : "";

    // One answer reads all weights (the head is the embedding) and its own keys and values for each token.
    private double? MemoryAllows(TinyType type, int context) =>
        Of(type, Measurement.Machine, "read").Median / (Of(type, Measurement.Machine, "file").Median + (context * options.Shape.KvBytesPerToken / 1e9));

    private static string Cell(Figure figure, string format) =>
        figure.Median?.ToString(format, CultureInfo.InvariantCulture) ?? (figure.WasTried ? NotClean : "–");

    private Pair Decode(TinyType type, string peer, int context, int batch)
    {
        var name = $"decode/{context}/{batch}";
        var (flash, other) = (Of(type, peer, name), Of(type, peer, name + "/no-flash"));
        return new Pair(Of(type, Measurement.Causeway, name), (other.Median ?? 0) > (flash.Median ?? 0) ? other : flash);
    }

    private Figure Of(TinyType type, string engine, string figure) => figures.Of(type.ToString(), engine, figure);

    private static double DecodeGoal(TinyType type) => type switch
    {
        TinyType.Q8_0 or TinyType.Q4_0 => 1.5,
        TinyType.F16 or TinyType.BF16 => 1.25,
        _ => 1,
    };

    private static double PrefillGoal(TinyType type) => type switch
    {
        TinyType.Q8_0 or TinyType.Q4_0 => 2,
        TinyType.F16 or TinyType.BF16 => 1.8,
        _ => 1,
    };

    private readonly record struct Pair(Figure Ours, Figure Theirs)
    {
        public bool WasTried => Ours.WasTried || Theirs.WasTried;
    }

    private sealed record Column(string Title, Func<TinyType, Pair> Pair, Func<TinyType, double>? Goal, string Format = "N1", Func<TinyType, double?>? Most = null);
}
