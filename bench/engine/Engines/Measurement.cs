using System.Diagnostics;
using System.Globalization;
using Causeway.EngineBench.Measuring;
using Causeway.Load;
using Causeway.LlamaCpp;

namespace Causeway.EngineBench.Engines;

/// <summary>Measures one engine with one file in a process of its own, and says each repetition in a line.</summary>
internal sealed class Measurement(MeasureOptions options)
{
    public const string Causeway = "causeway";
    public const string LlamaCpp = "llama.cpp";
    public const string LlamaCppWithoutAmx = "llama.cpp-without-amx";
    public const string Machine = "machine";

    /// <summary>How long it takes from the path to the first token, and what is in memory behind a prompt.</summary>
    public void Load()
    {
        const int ShortPrompt = 128;
        if (options.Engine != Causeway) LlamaModel.LoadLibrary(options.Library);
        var before = CpuReading.Now();
        var start = Stopwatch.GetTimestamp();
        using var contender = Open(1, flashAttention: true);
        contender.Prefill(0, Contender.Prompt(0, 1, options.Vocabulary));
        Say("load", Stopwatch.GetElapsedTime(start).TotalSeconds, before);
        contender.Prefill(1, Contender.Prompt(1, ShortPrompt, options.Vocabulary));
        Say("memory", ResidentBytes() / 1e6, CpuReading.Now());
    }

    /// <summary>How fast this machine's memory can be read at this moment, and how much of it one token of one answer needs.</summary>
    public void Memory()
    {
        var before = CpuReading.Now();
        Say("read", MemoryRead.GigabytesPerSecond(options.Threads), before);
        Say("file", new FileInfo(options.File).Length / 1e9, CpuReading.Now());
    }

    /// <summary>How fast prompts and answers are.</summary>
    public void Speed()
    {
        using (var contender = Open(Contender.MaxBatch, flashAttention: true))
        {
            contender.Decode(Contender.MaxBatch, 0, 4);
            // Memory of keys and values that was never used is slow the first time; llama.cpp writes all of it when it is made.
            for (var prompt = Contender.MaxBatch; prompt < Contender.MaxBatch + Contender.PromptsToFillMemory; prompt++)
                contender.Prefill(prompt, Contender.Prompt(prompt, Contender.PromptTokens, options.Vocabulary));
            var sequence = 0;
            Repeat("prefill", () => Prefill(contender, sequence++));
            if (options.Contexts.Contains(Contender.PromptTokens)) contender.FillOthers(Math.Min(sequence, Contender.MaxBatch), options.Batches.Max());
            // Each cuts the sequences to its length: the longest first.
            foreach (var context in options.Contexts.OrderDescending()) Decode(contender, context, "");
        }
        if (options.Engine == Causeway || !options.Contexts.Contains(Contender.PromptTokens)) return;
        // Which of llama.cpp's two ways is the faster one with a context depends on the machine; whoever runs it may choose.
        using var other = Open(Contender.MaxBatch, flashAttention: false);
        other.Prefill(0, Contender.Prompt(0, Contender.PromptTokens, options.Vocabulary));
        other.FillOthers(1, options.Batches.Max());
        Decode(other, Contender.PromptTokens, "/no-flash");
    }

    private void Decode(Contender contender, int context, string variant)
    {
        foreach (var batch in options.Batches)
            Repeat($"decode/{context}/{batch}{variant}", () => contender.Decode(batch, context, options.Steps));
    }

    private double Prefill(Contender contender, int sequence)
    {
        var prompt = Contender.Prompt(sequence, Contender.PromptTokens, options.Vocabulary);
        var start = Stopwatch.GetTimestamp();
        contender.Prefill(sequence, prompt);
        return prompt.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private Contender Open(int sequences, bool flashAttention) => options.Engine == Causeway
        ? new CausewayContender(options.File, options.Threads, sequences)
        : new LlamaCppContender(options.Library, options.File, options.Threads, sequences, flashAttention);

    // Until enough were clean, but not for ever.
    private void Repeat(string figure, Func<double> once)
    {
        var clean = 0;
        for (var i = 0; clean < options.Repetitions && i < (2 * options.Repetitions) + 2; i++)
        {
            var before = CpuReading.Now();
            if (Say(figure, once(), before).IsClean) clean++;
        }
    }

    private Repetition Say(string figure, double value, CpuReading before)
    {
        var repetition = new Repetition(options.Model, options.Engine, figure, value, CpuReading.Now().ForeignSince(before));
        Console.WriteLine(repetition.ToString());
        return repetition;
    }

    private static double ResidentBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024.0 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

/// <summary>What a process that measures is told.</summary>
internal sealed record MeasureOptions(string Model, string Engine, string File, string Library)
{
    public required int Vocabulary { get; init; }
    public required int Threads { get; init; }
    public required int Repetitions { get; init; }
    public required int Steps { get; init; }
    public required IReadOnlyList<int> Batches { get; init; }
    public required IReadOnlyList<int> Contexts { get; init; }

    public static MeasureOptions From(Arguments arguments) => new(
        arguments.Required("model"), arguments.Required("engine"), arguments.Required("file"), arguments.Required("library"))
    {
        Vocabulary = arguments.Integer("vocabulary", 0),
        Threads = arguments.Integer("threads", 0),
        Repetitions = arguments.Integer("repetitions", 0),
        Steps = arguments.Integer("steps", 0),
        Batches = Numbers(arguments, "batches", []),
        Contexts = Numbers(arguments, "contexts", []),
    };

    /// <summary>As words of a command line.</summary>
    public IEnumerable<string> ToArguments() =>
    [
        "--model", Model, "--engine", Engine, "--file", File, "--library", Library, "--vocabulary", Text(Vocabulary), "--threads", Text(Threads),
        "--repetitions", Text(Repetitions), "--steps", Text(Steps), "--batches", string.Join(',', Batches), "--contexts", string.Join(',', Contexts),
    ];

    public static IReadOnlyList<int> Numbers(Arguments arguments, string name, IReadOnlyList<int> fallback) => arguments.Text(name) is not { } text
        ? fallback
        : [.. text.Split(',').Select(word => int.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number
            : throw new UsageException($"--{name} needs numbers with commas between them, not '{text}'"))];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
