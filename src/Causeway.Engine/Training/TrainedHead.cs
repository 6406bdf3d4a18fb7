using System.Numerics.Tensors;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Training;

/// <summary>
/// The vocabulary head and the loss over it. Only rows with a target are multiplied, a slice at a time, and logits are never kept: the head is most of the
/// work of a small model, and the masked prompt would be most of that.
/// </summary>
/// <param name="weight">[vocabulary, hidden]; the embedding itself when the head is tied.</param>
internal sealed class TrainedHead(Parameter weight, Scratch scratch)
{
    /// <summary>About so many logits in a slice, and at least so many rows: enough that packing the weight is a small part of the work.</summary>
    private const int SliceLogits = 1 << 21;
    private const int LeastRows = 128;

    /// <summary>Natural logarithms of the targets' probabilities; 0 where there is no target.</summary>
    /// <param name="hidden">[tokens, hidden], after the final norm.</param>
    public float[] LogProbabilities(PackedBatch batch, float[] hidden)
    {
        var found = new float[batch.Count];
        ForEachSlice(batch, hidden, slice => Parallel.For(0, slice.Rows.Count, LoopThreads.OfCaller, i =>
        {
            var row = slice.Rows[i];
            var values = RowOf(slice.Logits, i);
            var chosen = values[batch.Targets[row]];
            found[row] = chosen - Exponentials(values);
        }));
        return found;
    }

    /// <summary>
    /// Adds the gradient of -Σ weight · log p(target) to the head's weight and to the hidden states. Returns the log probabilities.
    /// </summary>
    /// <param name="weights">[tokens]: how much each target counts; negative where it shall become less likely.</param>
    /// <param name="dHidden">[tokens, hidden], added to.</param>
    public float[] Backward(PackedBatch batch, float[] hidden, float[] weights, float[] dHidden)
    {
        var found = new float[batch.Count];
        ForEachSlice(batch, hidden, slice =>
        {
            Parallel.For(0, slice.Rows.Count, LoopThreads.OfCaller, i =>
            {
                var row = slice.Rows[i];
                var target = batch.Targets[row];
                var values = RowOf(slice.Logits, i);
                var chosen = values[target];
                found[row] = chosen - Exponentials(values, out var sum);
                TensorPrimitives.Multiply(values, weights[row] / sum, values);
                values[target] -= weights[row];
            });
            AddGradients(slice, dHidden);
        });
        return found;
    }

    /// <param name="slice">With the gradients of the logits in their place.</param>
    private void AddGradients(Slice slice, float[] dHidden)
    {
        var rows = slice.Rows.Count;
        var taken = scratch.Taken;
        var dGathered = scratch.TakeZeros(rows * weight.Columns);
        Gemm.AddNN(slice.Logits, weight.Value, dGathered, rows, weight.Columns, weight.Rows);
        if (weight.Trains) Gemm.AddTN(slice.Logits, slice.Gathered, weight.Gradient, weight.Rows, weight.Columns, rows);
        for (var i = 0; i < rows; i++)
        {
            var into = dHidden.AsSpan(slice.Rows[i] * weight.Columns, weight.Columns);
            TensorPrimitives.Add(into, dGathered.AsSpan(i * weight.Columns, weight.Columns), into);
        }
        scratch.Taken = taken;
    }

    /// <summary>Rows with a target, their hidden states gathered, and their logits: [rows], [rows, hidden], [rows, vocabulary].</summary>
    private sealed record Slice(ArraySegment<int> Rows, float[] Gathered, float[] Logits);

    private void ForEachSlice(PackedBatch batch, float[] hidden, Action<Slice> work)
    {
        var rows = Enumerable.Range(0, batch.Count).Where(row => batch.Targets[row] != PackedBatch.NoTarget).ToArray();
        var most = Math.Max(LeastRows, SliceLogits / weight.Rows);
        for (var at = 0; at < rows.Length; at += most)
        {
            var part = new ArraySegment<int>(rows, at, Math.Min(most, rows.Length - at));
            var taken = scratch.Taken;
            var gathered = scratch.Take(part.Count * weight.Columns);
            for (var i = 0; i < part.Count; i++)
                hidden.AsSpan(part[i] * weight.Columns, weight.Columns).CopyTo(gathered.AsSpan(i * weight.Columns));
            var logits = scratch.Take(part.Count * weight.Rows);
            Gemm.NT(gathered, weight.Value, logits, part.Count, weight.Rows, weight.Columns);
            work(new Slice(part, gathered, logits));
            scratch.Taken = taken;
        }
    }

    private Span<float> RowOf(float[] logits, int i) => logits.AsSpan(i * weight.Rows, weight.Rows);

    /// <summary>Replaces logits by exp(logit - max) and returns the logarithm of the sum of the logits' exponentials.</summary>
    private static float Exponentials(Span<float> logits) => Exponentials(logits, out _);

    private static float Exponentials(Span<float> logits, out float sum)
    {
        var max = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, max, logits);
        TensorPrimitives.Exp(logits, logits);
        sum = TensorPrimitives.Sum(logits);
        return max + MathF.Log(sum);
    }
}
