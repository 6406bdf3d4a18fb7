using System.Globalization;
using Causeway.Engine.Formats;
using Causeway.Engine.Serving;
using Causeway.Engine.Training;
using Causeway.Tuning.Jobs;

namespace Causeway.Tuning.Worker;

/// <summary>What a job's <c>auto</c> means, and what its training will take of the memory.</summary>
internal static class Recipe
{
    public const int Rank = 16;
    public const double AlphaPerRank = 2;
    public const double Beta = 0.1;
    public const double HoldoutShare = 0.1;
    public const int Patience = 3;

    /// <summary>Fewer examples would leave a holdout of one or two, which measures chance.</summary>
    public const int LeastForHoldout = 50;

    private const int FewestEpochs = 3;
    private const int MostEpochs = 10;
    private const int ExamplesSeen = 500;
    private const int StepsAnEpoch = 16;
    private const int MostBatchTokens = 4096;

    /// <summary>The step size that a multiplier of 1 means.</summary>
    public static double RateOf(TuningMethod method) => method == TuningMethod.Dpo ? 1e-4 : 5e-4;

    /// <summary>The share of the examples that is kept from learning.</summary>
    public static double HoldoutOf(TuningJob job, int examples) => job switch
    {
        { ValidationFile: not null } or { Method: TuningMethod.Dpo } => 0,
        { Asked.HoldoutShare: { } asked } => asked,
        _ => examples >= LeastForHoldout ? HoldoutShare : 0,
    };

    /// <param name="lengths">Tokens of each example.</param>
    public static TuningHyperparameters Settle(TuningJob job, IReadOnlyList<int> lengths, double holdoutShare)
    {
        var (total, longest) = (lengths.Sum(length => (long)length), lengths.Max());
        var rank = job.Asked.Rank ?? Rank;
        var batch = job.Asked.BatchSize is { } size ? size * total / lengths.Count : Math.Min(MostBatchTokens, total / StepsAnEpoch);
        var hasHoldout = holdoutShare > 0 || job.ValidationFile is not null;
        return new TuningHyperparameters(
            job.Asked.Epochs ?? Math.Clamp(ExamplesSeen / lengths.Count, FewestEpochs, MostEpochs),
            (int)Math.Clamp(batch, longest, int.MaxValue),
            RateOf(job.Method) * (job.Asked.RateMultiplier ?? 1),
            rank,
            rank * AlphaPerRank,
            job.Method == TuningMethod.Dpo ? job.Asked.Beta ?? Beta : 0,
            holdoutShare,
            // Who says how many epochs gets them.
            hasHoldout ? job.Asked.Patience ?? (job.Asked.Epochs is null ? Patience : null) : null);
    }

    /// <summary>Refuses what does not fit, before anything is loaded.</summary>
    /// <param name="longest">Tokens of the longest example; both answers of a pair.</param>
    /// <exception cref="JobFailure">It does not fit; the message has both numbers.</exception>
    public static void CheckMemory(ModelConfig config, TuningHyperparameters used, int longest, TuningMethod method)
    {
        var (needed, free) = (Bytes(config, used, longest, method), AvailableMemory.Bytes());
        if (needed > free)
            throw new JobFailure("insufficient_memory", string.Create(CultureInfo.InvariantCulture,
                $"Training needs about {needed >> 20} MiB and {free >> 20} MiB are free. A smaller model, shorter examples or a smaller batch_size needs less."), "model");
    }

    /// <summary>An estimate from above: weights in 32-bit floats, the adapter with its gradient and moments, what a step keeps for its backward pass.</summary>
    internal static long Bytes(ModelConfig config, TuningHyperparameters used, int longest, TuningMethod method)
    {
        var (q, kv) = ((long)config.Heads * config.HeadLength, (long)config.KvHeads * config.HeadLength);
        var (hidden, feed, layers) = ((long)config.Hidden, (long)config.FeedForward, (long)config.Layers.Length);
        var matrices = (2 * hidden * q) + (2 * hidden * kv) + (3 * hidden * feed);
        var weights = (layers * matrices) + (hidden * config.Vocabulary * (config.TiedHead ? 1 : 2));
        var adapter = layers * used.Rank * ((2 * (hidden + q)) + (2 * (hidden + kv)) + (3 * (hidden + feed)));
        var token = (layers * ((6 * hidden) + (3 * q) + (3 * kv) + config.Heads + (3 * feed))) + (4 * hidden) + (2 * ((2 * q) + (2 * kv) + (3 * feed) + (4 * hidden)));
        var tokens = (long)Math.Max(used.BatchTokens, longest);
        var logits = 128L * config.Vocabulary * 2;
        // Preferences look at the base too, and memory is given back late.
        return sizeof(float) * (weights + (4 * adapter) + logits + ((method == TuningMethod.Dpo ? 3 : 2) * tokens * token));
    }

    public static TrainingOptions OptionsOf(TuningHyperparameters used, int seed) => new()
    {
        Epochs = used.Epochs, BatchTokens = used.BatchTokens, PeakRate = used.LearningRate, Seed = seed,
    };
}
