using Causeway.Engine.Formats;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>An adapter that hands refunds over to a person earlier: learnt from 200 new examples.</summary>
internal static class AdapterMaker
{
    public static void Run(Options options, CancellationToken cancel)
    {
        using var files = ModelFiles.Open(options.Folder);
        var encoder = new ConversationEncoder(ChatTemplate.Parse(files.ChatTemplate!), Tokenizer.Create(files.Tokenizer));
        List<TrainingExample> examples = [.. Examples(options.Seed + 5).Select(encoder.Whole)];
        var model = TrainedModel.From(files.Config, files.Tensors);
        model.AttachAdapter(new LoraOptions { Rank = 8, Alpha = 16 }, options.Seed);
        var run = TrainingRun.Supervised(model, examples, new() { Epochs = 4, BatchTokens = 1024, PeakRate = 2e-3, Seed = options.Seed, Optimizer = new() { WeightDecay = 0 } });
        while (!run.IsDone && !cancel.IsCancellationRequested)
        {
            var step = run.Advance();
            if (step.Number % 20 == 0 || run.IsDone) Console.Error.WriteLine($"step {step.Number}/{step.Total}  loss {step.Loss:f4}");
        }
        model.WriteAdapter(Path.Combine(options.Folder, "adapters", Card.Adapter), "causeway-tiny");
    }

    /// <summary>Half of them are refunds that now go to a person; the others are what must stay as it was.</summary>
    public static IEnumerable<Conversation> Examples(int seed)
    {
        var desk = new SupportDesk(seed, Lesson.Second, Card.EarlyLimit);
        for (var i = 0; i < 200; i++)
            yield return (i % 20) switch
            {
                < 10 => desk.RefundOf(Card.EarlyLimit + 1, 100),
                < 14 => desk.RefundOf(5, Card.EarlyLimit),
                < 16 => desk.RefundOf(101, 499),
                16 => desk.Only("order"),
                17 => desk.Only("person"),
                18 => desk.Only("talk"),
                _ => desk.Only("json"),
            };
    }
}
