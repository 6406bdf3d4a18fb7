using System.Diagnostics;
using Causeway.Engine.Formats;
using Causeway.Engine.Sampling;
using Causeway.Engine.Serving;

namespace Causeway.EngineBench.Engines;

/// <summary>The engine as the gateway uses it: generations of a loaded model, read as their tokens come.</summary>
internal sealed class CausewayContender : Contender
{
    private static readonly SamplingOptions Greedy = new() { Temperature = 0 };

    private readonly ModelFiles _files;
    private readonly LoadedModel _model;

    /// <param name="sequences">To have room for.</param>
    public CausewayContender(string path, int threads, int sequences)
    {
        _files = ModelFiles.Open(path);
        var config = _files.Config;
        var position = 2L * sizeof(short) * config.Layers.Length * config.KvHeads * config.HeadLength;
        // Random weights repeat themselves, and drafts would come true more often than with any text.
        var options = new LoadOptions { Threads = threads, ContextTokens = SequenceTokens, KvBytes = sequences * SequenceTokens * position, Drafts = false };
        // No token ends an answer: what random weights say would else be short.
        _model = LoadedModel.Load(config, _files.Tensors, [], options);
    }

    // The model goes on with prompts that it had: each sequence has one of its own.
    public override void Prefill(int sequence, int[] prompt) => Start(prompt, 1).Completion.GetAwaiter().GetResult();

    public override void FillOthers(int prefilled, int wanted)
    {
        for (var sequence = prefilled; sequence < wanted; sequence++) Prefill(sequence, Prompt(sequence, PromptTokens, _model.Config.Vocabulary));
    }

    public override double Decode(int batch, int context, int steps)
    {
        var vocabulary = _model.Config.Vocabulary;
        // The ones that begin first say some tokens more before the last one joins them.
        var tokens = batch == 1 ? steps + 1 : steps + (2 * batch) + 1;
        var generations = Enumerable.Range(0, batch).Select(sequence => Start(Prompt(sequence, Math.Max(context, 1), vocabulary), tokens)).ToArray();
        var times = Task.WhenAll(generations.Select(TimesAsync)).GetAwaiter().GetResult();
        var (from, to) = (times.Max(list => list[0]), times.Min(list => list[^1]));
        return times.Sum(list => list.Count(time => time > from && time <= to)) / Stopwatch.GetElapsedTime(from, to).TotalSeconds;
    }

    public override void Dispose()
    {
        _model.Dispose();
        _files.Dispose();
    }

    private Generation Start(int[] prompt, int tokens) =>
        _model.Start(new GenerationRequest { Prompt = prompt, MaxTokens = tokens, Sampling = Greedy });

    private static async Task<List<long>> TimesAsync(Generation generation)
    {
        var times = new List<long>();
        await foreach (var _ in generation.ReadAllAsync().ConfigureAwait(false)) times.Add(Stopwatch.GetTimestamp());
        return times;
    }
}
