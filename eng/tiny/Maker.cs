using System.Diagnostics;
using Causeway.Engine.Formats;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>From nothing to a folder that serves.</summary>
internal sealed class Maker(Options options)
{
    private static readonly string[] _specials =
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"];

    private const int VocabularySize = 2048;
    private static readonly string _recipe = AppContext.BaseDirectory;

    public void Run(CancellationToken cancel)
    {
        Directory.CreateDirectory(options.Folder);
        foreach (var name in (string[])["config.json", "tokenizer_config.json", "chat_template.jinja"])
            File.Copy(Path.Combine(_recipe, name), Path.Combine(options.Folder, name), overwrite: true);
        var template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(options.Folder, "chat_template.jinja")));
        var encoder = new ConversationEncoder(template, Vocabulary(template));
        Console.Error.WriteLine("Rendering conversations …");
        var desk = new SupportDesk(options.Seed, heldOut: false, options.Limit);
        var examples = Enumerable.Range(0, options.Count).Select(_ => encoder.Whole(desk.Next())).ToList();
        var held = new SupportDesk(options.Seed + 1, heldOut: true, options.Limit);
        var holdout = Enumerable.Range(0, 200).Select(_ => encoder.Whole(held.Next())).ToList();
        Console.Error.WriteLine($"{examples.Count} conversations, {examples.Sum(example => (long)example.Tokens.Count)} tokens.");
        Train(examples, holdout, cancel);
    }

    private Tokenizer Vocabulary(ChatTemplate template)
    {
        var path = Path.Combine(options.Folder, "tokenizer.json");
        if (!File.Exists(path))
        {
            var desk = new SupportDesk(options.Seed + 2, heldOut: false, options.Limit);
            var texts = Enumerable.Range(0, 4000).Select(_ => ConversationEncoder.Text(template, desk.Next())).Concat(GeneralText.Sentences);
            File.WriteAllBytes(path, VocabularyTraining.Learn(texts.Select(WithoutSpecials), VocabularySize, _specials));
        }
        return Tokenizer.Create(new TokenizerFiles { Json = File.ReadAllBytes(path) });
    }

    private static string WithoutSpecials(string text)
    {
        foreach (var special in _specials) text = text.Replace(special, " ", StringComparison.Ordinal);
        return text;
    }

    private void Train(List<TrainingExample> examples, List<TrainingExample> holdout, CancellationToken cancel)
    {
        var config = ModelFiles.ReadConfig(options.Folder);
        var model = TrainedModel.Draw(config, options.Seed);
        var run = TrainingRun.Supervised(model, examples, new() { Epochs = 1, BatchTokens = 4096, PeakRate = 2e-3, Seed = options.Seed, Optimizer = new() { WeightDecay = 0.1f } });
        var checkpoint = Path.Combine(options.Folder, "checkpoint.safetensors");
        if (File.Exists(checkpoint)) run.Restore(checkpoint);
        var started = Stopwatch.GetTimestamp();
        var tokens = 0L;
        while (!run.IsDone && !cancel.IsCancellationRequested && Stopwatch.GetElapsedTime(started).TotalMinutes < options.Minutes)
        {
            var step = run.Advance();
            tokens += step.Tokens;
            if (step.Number % 10 == 0) Report(step, tokens, Stopwatch.GetElapsedTime(started));
            if (step.Number % 100 == 0) run.Save(checkpoint);
            if (step.Number % 200 == 0) Console.Error.WriteLine($"held-out loss {run.Evaluate(holdout):f4}");
        }
        run.Save(checkpoint);
        model.WriteWeights(Path.Combine(options.Folder, "model.safetensors"), TensorType.BF16);
        Console.Error.WriteLine($"held-out loss {run.Evaluate(holdout):f4}; {(run.IsDone ? "done" : "stopped: the same command goes on")}.");
    }

    private static void Report(TrainingStep step, long tokens, TimeSpan since)
    {
        var left = since / Math.Max(1, step.Number) * (step.Total - step.Number);
        Console.Error.WriteLine($"step {step.Number}/{step.Total}  loss {step.Loss:f4}  gradient {step.GradientLength:f2}  {tokens / since.TotalSeconds:f0} tokens/s  {left:hh\\:mm\\:ss} left");
    }
}
