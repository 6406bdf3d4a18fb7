using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Engine.Formats;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>From nothing to a folder that serves.</summary>
internal sealed partial class Maker(Options options)
{
    private static readonly string[] _specials =
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tools>", "</tools>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"];

    /// <summary>What a lesson was, for the card.</summary>
    public const string TrainingNote = "training.txt";
    public const string Checkpoint = "checkpoint.safetensors";

    private const int VocabularySize = 1024;
    private static readonly string _recipe = AppContext.BaseDirectory;

    public void Run(CancellationToken cancel)
    {
        Directory.CreateDirectory(options.Folder);
        foreach (var name in (string[])["config.json", "generation_config.json", "tokenizer_config.json", "chat_template.jinja", "model.json"])
            File.Copy(Path.Combine(_recipe, name), Path.Combine(options.Folder, name), overwrite: true);
        var template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(options.Folder, "chat_template.jinja")));
        var encoder = new ConversationEncoder(template, Vocabulary(template));
        Learn(encoder, Lesson.First, options.Count, options.Rate, cancel);
        Learn(encoder, Lesson.Second, options.Count2, options.Rate2, cancel);
    }

    private Tokenizer Vocabulary(ChatTemplate template)
    {
        var path = Path.Combine(options.Folder, "tokenizer.json");
        if (!File.Exists(path))
        {
            var desk = new SupportDesk(options.Seed + 2, Lesson.First, options.Limit);
            var texts = Enumerable.Range(0, 4000).Select(_ => ConversationEncoder.Text(template, desk.Next())).Concat(GeneralText.Sentences);
            File.WriteAllBytes(path, VocabularyTraining.Learn(texts.SelectMany(Words), VocabularySize, _specials));
        }
        return Tokenizer.Create(new TokenizerFiles { Json = File.ReadAllBytes(path) });
    }

    /// <summary>
    /// Letters apart from what stands before them, so that no token joins a space or a quotation mark with a word: a word has the same tokens in a sentence and
    /// in JSON, and copying it is copying tokens.
    /// </summary>
    private static IEnumerable<string> Words(string text)
    {
        foreach (var special in _specials) text = text.Replace(special, " ", StringComparison.Ordinal);
        return BeforeLetters().Split(text);
    }

    [GeneratedRegex(@"(?<=\P{L})(?=\p{L})")]
    private static partial Regex BeforeLetters();

    /// <summary>One pass over so many conversations; what an earlier call finished is not done again.</summary>
    private void Learn(ConversationEncoder encoder, Lesson lesson, int count, int rate, CancellationToken cancel)
    {
        var note = Path.Combine(options.Folder, $"{lesson}.{TrainingNote}");
        if (File.Exists(note) || cancel.IsCancellationRequested) return;
        Console.Error.WriteLine($"{lesson} lesson: rendering {count} conversations …");
        var desk = new SupportDesk(options.Seed + (lesson == Lesson.First ? 0 : 10), lesson, options.Limit);
        var examples = Enumerable.Range(0, count).Select(_ => encoder.Whole(desk.Next())).ToList();
        var model = Begin(lesson);
        var run = TrainingRun.Supervised(model, examples, new() { Epochs = 1, BatchTokens = options.Batch, PeakRate = rate / 1e4, Seed = options.Seed, Optimizer = new() { WeightDecay = 0.1f } });
        var checkpoint = Path.Combine(options.Folder, $"{lesson}.{Checkpoint}");
        if (File.Exists(checkpoint)) run.Restore(checkpoint);
        else if (lesson == Lesson.First) Repeats(model, options.Repeats);
        Advance(run, checkpoint, Holdout(encoder), cancel);
        model.WriteWeights(WeightsOf(lesson), lesson == Lesson.First ? TensorType.F32 : TensorType.BF16);
        if (run.IsDone) File.WriteAllText(note, string.Create(CultureInfo.InvariantCulture, $"{count:N0} conversations, {examples.Sum(example => (long)example.Tokens.Count):N0} tokens, {run.Total:N0} steps\n"));
    }

    private static void Advance(TrainingRun run, string checkpoint, List<TrainingExample> holdout, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var tokens = 0L;
        while (!run.IsDone && !cancel.IsCancellationRequested)
        {
            var step = run.Advance();
            tokens += step.Tokens;
            if (step.Number % 10 == 0) Report(step, tokens, Stopwatch.GetElapsedTime(started));
            if (step.Number % 100 == 0) run.Save(checkpoint);
            if (step.Number % 200 == 0) Console.Error.WriteLine($"held-out loss {run.Evaluate(holdout):f4}");
        }
        run.Save(checkpoint);
        Console.Error.WriteLine($"held-out loss {run.Evaluate(holdout):f4}; {(run.IsDone ? "done" : "stopped: the same command goes on")}.");
    }

    private List<TrainingExample> Holdout(ConversationEncoder encoder)
    {
        var held = new SupportDesk(options.Seed + 1, Lesson.HeldOut, options.Limit);
        return [.. Enumerable.Range(0, 200).Select(_ => encoder.Whole(held.Next()))];
    }

    private TrainedModel Begin(Lesson lesson)
    {
        var config = ModelFiles.ReadConfig(options.Folder);
        if (lesson == Lesson.First)
        {
            var model = TrainedModel.Draw(config, options.Seed);
            new FirstWeights(model).Set();
            return model;
        }
        File.Copy(WeightsOf(Lesson.First), WeightsOf(Lesson.Second), overwrite: true);
        using var files = ModelFiles.Open(options.Folder);
        return TrainedModel.From(config, files.Tensors);
    }

    private string WeightsOf(Lesson lesson) => Path.Combine(options.Folder, lesson == Lesson.First ? "First.weights.safetensors" : "model.safetensors");

    /// <summary>
    /// First of all what is needed most: to say again what stands there. Sequences of random tokens that come three times, of which the second and third time
    /// are learnt; conversations alone need many times the tokens until the model begins to copy.
    /// </summary>
    private void Repeats(TrainedModel model, int count)
    {
        var random = new Random(options.Seed + 3);
        var examples = Enumerable.Range(0, count).Select(_ => Repeat(random)).ToList();
        if (count == 0) return;
        var run = TrainingRun.Supervised(model, examples, new() { BatchTokens = options.Batch, PeakRate = options.Rate / 1e4, Seed = options.Seed, Optimizer = new() { WeightDecay = 0.1f } });
        var started = Stopwatch.GetTimestamp();
        var tokens = 0L;
        while (!run.IsDone)
        {
            var step = run.Advance();
            tokens += step.Tokens;
            if (step.Number % 10 == 0) Report(step, tokens, Stopwatch.GetElapsedTime(started));
        }
    }

    private static TrainingExample Repeat(Random random)
    {
        var once = new int[random.Next(4, 16)];
        for (var i = 0; i < once.Length; i++) once[i] = random.Next(VocabularySize);
        return new TrainingExample([.. once, .. once, .. once], [.. Enumerable.Range(0, once.Length * 3).Select(at => at > once.Length)]);
    }

    private static void Report(TrainingStep step, long tokens, TimeSpan since)
    {
        var left = since / Math.Max(1, step.Number) * (step.Total - step.Number);
        Console.Error.WriteLine($"step {step.Number}/{step.Total}  loss {step.Loss:f4}  gradient {step.GradientLength:f2}  {tokens / since.TotalSeconds:f0} tokens/s  {left:hh\\:mm\\:ss} left");
    }
}
