namespace Causeway.Engine.Training;

/// <summary>Two answers to one prompt, of which people liked the first better.</summary>
public sealed record PreferencePair(TrainingExample Chosen, TrainingExample Rejected);

/// <summary>
/// Direct preference optimisation: the chosen answer shall gain on the rejected one more than it does in the reference model
/// (Rafailov et al. 2023, arXiv:2305.18290). The reference is the base under the adapter that learns.
/// </summary>
public static class DirectPreference
{
    /// <summary>Adds the gradients of the mean of -log σ(β · margin). Returns that mean and how often the chosen answer is ahead.</summary>
    public static (double Loss, double Ahead) Learn(TrainedModel model, IReadOnlyList<PreferencePair> pairs, float beta, float share = 1)
    {
        var batch = PackedBatch.Of([.. pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })]);
        var margins = Margins(batch, model.LogProbabilities(batch), model.WithoutAdapter(() => model.LogProbabilities(batch)));
        var weights = new float[batch.Count];
        var (loss, ahead) = (0.0, 0);
        for (var pair = 0; pair < pairs.Count; pair++)
        {
            var scaled = beta * margins[pair];
            loss += Math.Log(1 + Math.Exp(-scaled));
            ahead += margins[pair] > 0 ? 1 : 0;
            var pull = (float)(share * beta / (1 + Math.Exp(scaled)) / pairs.Count);
            weights.AsSpan(batch.Starts[2 * pair]..batch.Starts[(2 * pair) + 1]).Fill(pull);
            weights.AsSpan(batch.Starts[(2 * pair) + 1]..batch.Starts[(2 * pair) + 2]).Fill(-pull);
        }
        model.Learn(batch, weights);
        return (loss / pairs.Count, ahead / (double)pairs.Count);
    }

    /// <summary>The same loss, and how often the chosen answer is ahead, over pairs that are not learnt from; a pair at a time.</summary>
    public static (double Loss, double Ahead) Evaluate(TrainedModel model, IReadOnlyList<PreferencePair> pairs, float beta)
    {
        var (loss, ahead) = (0.0, 0);
        foreach (var pair in pairs)
        {
            var batch = PackedBatch.Of([pair.Chosen, pair.Rejected]);
            var margin = Margins(batch, model.LogProbabilities(batch), model.WithoutAdapter(() => model.LogProbabilities(batch)))[0];
            loss += Math.Log(1 + Math.Exp(-beta * margin));
            ahead += margin > 0 ? 1 : 0;
        }
        return (loss / Math.Max(1, pairs.Count), ahead / (double)Math.Max(1, pairs.Count));
    }

    /// <summary>(log p(chosen) - log p(rejected)) of the model, less that of the reference; one a pair.</summary>
    private static double[] Margins(PackedBatch batch, float[] model, float[] reference)
    {
        var margins = new double[batch.Sequences / 2];
        for (var sequence = 0; sequence < batch.Sequences; sequence++)
        {
            var sign = sequence % 2 == 0 ? 1 : -1;
            for (var at = batch.Starts[sequence]; at < batch.Starts[sequence + 1]; at++) margins[sequence / 2] += sign * ((double)model[at] - reference[at]);
        }
        return margins;
    }
}
