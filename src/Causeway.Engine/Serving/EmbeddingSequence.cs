using System.Numerics.Tensors;
using Causeway.Engine.Adapters;

namespace Causeway.Engine.Serving;

/// <summary>Which tokens' hidden states make a text's embedding.</summary>
public enum Pooling
{
    /// <summary>The mean over all tokens.</summary>
    Mean,
    /// <summary>The last token's.</summary>
    LastToken,
}

/// <summary>A sequence of which only the final hidden states are wanted.</summary>
internal sealed class EmbeddingSequence : Sequence
{
    private readonly TaskCompletionSource<float[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pooling _pooling;
    private readonly float[] _sum;
    private readonly CancellationToken _cancel;

    public EmbeddingSequence(IReadOnlyList<int> tokens, Pooling pooling, int hidden, LoraAdapter? adapter, CancellationToken cancel)
        : base(adapter)
    {
        (_pooling, _sum, _cancel) = (pooling, new float[hidden], cancel);
        Tokens.AddRange(tokens);
    }

    public Task<float[]> Completion => _completion.Task;

    public override bool IsCancelled => _cancel.IsCancellationRequested;

    public override bool CanRun => true;

    public override bool MayReuse => _pooling == Pooling.LastToken;

    public override BatchOutput Wanted(bool last) => _pooling == Pooling.Mean || last ? BatchOutput.AllHidden : BatchOutput.None;

    public override bool Take(Forward forward, Batch batch, int part, int tokens)
    {
        if (_pooling == Pooling.Mean)
        {
            for (var i = 0; i < tokens; i++) TensorPrimitives.Add(_sum, forward.Hidden(batch, batch.FirstOutput(part) + i), _sum);
        }
        if (Remaining > 0) return false;
        if (_pooling == Pooling.LastToken) forward.Hidden(batch, batch.FirstOutput(part) + tokens - 1).CopyTo(_sum);
        var length = TensorPrimitives.Norm<float>(_sum);
        if (length > 0) TensorPrimitives.Divide(_sum, length, _sum);
        return true;
    }

    public override void Restart() => _sum.AsSpan().Clear();

    public override void Ended(Ending ending)
    {
        if (ending.Failure is { } failure) _completion.TrySetException(failure);
        else if (ending.IsCancelled) _completion.TrySetCanceled(_cancel);
        else _completion.TrySetResult(_sum);
    }
}
