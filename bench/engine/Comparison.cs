using System.Diagnostics;
using Causeway.EngineBench.Engines;
using Causeway.EngineBench.Masks;
using Causeway.EngineBench.Measuring;
using Causeway.EngineBench.Models;
using Causeway.Load;
using Causeway.LlamaCpp;

namespace Causeway.EngineBench;

/// <summary>Starts a process for each engine and file, one after the other, and gathers what they say.</summary>
internal sealed class Comparison(CompareOptions options, string library, string withoutAmx)
{
    private readonly Figures _figures = new();

    public static async Task<int> RunAsync(CompareOptions options)
    {
        if (!LlamaCppPackage.IsPossible) throw new UsageException("llama.cpp's libraries come from npm and are for Linux on x64");
        var library = Path.GetFullPath(await LlamaCppPackage.FolderAsync());
        Directory.CreateDirectory(options.Models);
        var comparison = new Comparison(options, library, WithoutAmx.Folder(library, Path.GetFullPath(Path.Combine(options.Models, "llama.cpp-without-amx"))));
        comparison.ReadKept();
        foreach (var type in options.Types)
        {
            var file = SyntheticGguf.Ensure(options.Models, options.Shape, type);
            ReadWhole(file);
            // In turns: strangers read the same memory, and an engine must not meet them alone.
            for (var round = 0; round < options.Rounds; round++) comparison.MeasureRound(type.ToString(), file);
        }
        var masks = options.Schemas is null ? null : MaskRun.Execute(options.Schemas, options.Tokenizer, 1);
        var report = new Report(comparison._figures, options, masks).ToMarkdown();
        Console.WriteLine(report);
        if (options.Out is { } path) await File.WriteAllTextAsync(path, report);
        return 0;
    }

    private void ReadKept()
    {
        if (options.Keep is null || !File.Exists(options.Keep)) return;
        foreach (var line in File.ReadLines(options.Keep))
            if (Repetition.TryParse(line, out var repetition)) _figures.Add(repetition);
    }

    private void MeasureRound(string type, string file)
    {
        Run("memory", Of(type, Measurement.Machine, file));
        foreach (var engine in options.Engines)
        {
            Run("load", Of(type, engine, file));
            Run("speed", Of(type, engine, file));
        }
    }

    private MeasureOptions Of(string type, string engine, string file) => new(type, engine, file, engine == Measurement.LlamaCppWithoutAmx ? withoutAmx : library)
    {
        Vocabulary = BenchShape.Vocabulary, Threads = options.Threads, Repetitions = options.Repetitions, Steps = options.Steps,
        Batches = options.Batches, Contexts = options.Contexts,
    };

    private void Run(string verb, MeasureOptions measure)
    {
        var program = Environment.ProcessPath!;
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        using var child = Process.Start(new ProcessStartInfo(program, [.. itself, verb, .. measure.ToArguments()]) { RedirectStandardOutput = true })!;
        while (child.StandardOutput.ReadLine() is { } line)
        {
            Console.Error.WriteLine(line);
            if (!Repetition.TryParse(line, out var repetition)) continue;
            _figures.Add(repetition);
            if (options.Keep is { } kept) File.AppendAllText(kept, line + "\n");
        }
        child.WaitForExit();
        if (child.ExitCode != 0) throw new UsageException($"measuring {measure.Engine} with {measure.Model} ended with {child.ExitCode}");
    }

    // So that whoever is first does not wait for the disk.
    private static void ReadWhole(string path)
    {
        var buffer = new byte[1 << 20];
        using var file = File.OpenRead(path);
        while (file.Read(buffer) > 0)
        {
        }
    }
}
