namespace Causeway.Engine.Training;

/// <summary>How a model is trained. The same options, seed, examples and starting weights give the same weights, bit for bit, on the same kind of processor.</summary>
public sealed record TrainingOptions
{
    /// <summary>How often each example is seen.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Tokens that are worked on at once; memory grows with them. A longer example stands alone.</summary>
    public int BatchTokens { get; init; } = 2048;

    /// <summary>Batches whose gradients are added up before a step.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>The largest step size; see <see cref="LearningRate"/>.</summary>
    public double PeakRate { get; init; } = 1e-3;

    /// <summary>The part of all steps during which the step size rises.</summary>
    public double WarmUpShare { get; init; } = 0.05;

    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Decides the order of the examples.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>One step of a run.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Loss">Mean over the step's targets (or pairs), before the step.</param>
/// <param name="GradientLength">Before clipping.</param>
/// <param name="Tokens">Tokens worked on.</param>
public readonly record struct TrainingStep(int Number, int Total, double Loss, double GradientLength, double Rate, int Tokens);
