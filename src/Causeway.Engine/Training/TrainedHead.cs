using System.Numerics.Tensors;

namespace Causeway.Engine.Training;

/// <summary>
/// The vocabulary head and the loss over it. Only rows with a target are multiplied, a slice at a time, and logits are never kept: the head is most of the
/// work of a small model, and the masked prompt would be most of that.
/// </summary>
/// <param name="weight">[vocabulary, hidden]; the embedding itself when the head is tied.</param>
internal sealed class TrainedHead(Parameter weight)
{
    private const int SliceRows = 128;

    /// <summary>Natural logarithms of the targets' probabilities; 0 where there is no target.</summary>
    /// <param name="hidden">[tokens, hidden], after the final norm.</param>
    public float[] LogProbabilities(PackedBatch batch, float[] hidden)
    {
        var found = new float[batch.Count];
        ForEachSlice(batch, hidden, (rows, _, logits) =>
        {
            for (var i = 0; i < rows.Length; i++) found[rows.Span[i]] = LogProbability(RowOf(logits, i), batch.Targets[rows.Span[i]]);
        });
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
        ForEachSlice(batch, hidden, (rows, gathered, logits) =>
        {
            Parallel.For(0, rows.Length, i =>
            {
                var row = rows.Span[i];
                var target = batch.Targets[row];
                var values = RowOf(logits, i);
                found[row] = LogProbability(values, target);
                var chosen = values[target];
                TensorPrimitives.Subtract(values, chosen - found[row], values);
                TensorPrimitives.Exp(values, values);
                values[target] -= 1;
                TensorPrimitives.Multiply(values, weights[row], values);
            });
            var dGathered = new float[gathered.Length];
            Gemm.AddNN(logits, weight.Value, dGathered, rows.Length, weight.Columns, weight.Rows);
            if (weight.Trains) Gemm.AddTN(logits, gathered, weight.Gradient, weight.Rows, weight.Columns, rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                var into = dHidden.AsSpan(rows.Span[i] * weight.Columns, weight.Columns);
                TensorPrimitives.Add(into, dGathered.AsSpan(i * weight.Columns, weight.Columns), into);
            }
        });
        return found;
    }

    /// <summary>Rows with a target, their hidden states gathered, and their logits: [rows], [rows, hidden], [rows, vocabulary].</summary>
    private void ForEachSlice(PackedBatch batch, float[] hidden, Action<ReadOnlyMemory<int>, float[], float[]> slice)
    {
        var rows = Enumerable.Range(0, batch.Count).Where(row => batch.Targets[row] != PackedBatch.NoTarget).ToArray();
        for (var at = 0; at < rows.Length; at += SliceRows)
        {
            var part = rows.AsMemory(at, Math.Min(SliceRows, rows.Length - at));
            var gathered = new float[part.Length * weight.Columns];
            for (var i = 0; i < part.Length; i++)
                hidden.AsSpan(part.Span[i] * weight.Columns, weight.Columns).CopyTo(gathered.AsSpan(i * weight.Columns));
            var logits = new float[part.Length * weight.Rows];
            Gemm.NT(gathered, weight.Value, logits, part.Length, weight.Rows, weight.Columns);
            slice(part, gathered, logits);
        }
    }

    private Span<float> RowOf(float[] logits, int i) => logits.AsSpan(i * weight.Rows, weight.Rows);

    private static float LogProbability(ReadOnlySpan<float> logits, int target)
    {
        var max = TensorPrimitives.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits) sum += MathF.Exp(logit - max);
        return logits[target] - max - (float)Math.Log(sum);
    }
}
