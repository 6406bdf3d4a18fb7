using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>Remembers the weights with the least loss on the holdout, and since when (Prechelt 1998, "Early stopping - but when?").</summary>
/// <param name="patience">Looks without a gain after which it is time to stop; null for never.</param>
internal sealed class EarlyStop(int? patience)
{
    private const string StateName = "loop.best";                            // [1, 3]: step, loss, looks since
    private float[][] _weights = [];
    private int _since;

    public TrainingEvaluation? Best { get; private set; }

    public bool IsDue => patience is { } most && _since >= most;

    /// <summary>Takes note of a loss. Returns whether it is the least so far; the weights are then kept.</summary>
    public bool Look(int step, double loss, IEnumerable<Parameter> weights)
    {
        // As a checkpoint keeps it, so that a loop that is taken up again decides alike.
        var rounded = double.IsNaN(loss) ? float.PositiveInfinity : (float)loss;
        if (Best is { } best && !(rounded < best.Loss))
        {
            _since++;
            return false;
        }
        _since = 0;
        Best = new TrainingEvaluation(step, rounded, IsBest: true);
        if (_weights.Length == 0) _weights = [.. weights.Select(weight => new float[weight.Value.Length])];
        foreach (var (kept, weight) in _weights.Zip(weights)) weight.Value.CopyTo(kept, 0);
        return true;
    }

    /// <summary>Gives the model its best weights back.</summary>
    public void PutBest(IEnumerable<Parameter> weights)
    {
        foreach (var (kept, weight) in _weights.Zip(weights)) kept.CopyTo(weight.Value, 0);
    }

    /// <summary>What a checkpoint keeps of this.</summary>
    public IEnumerable<(string Name, int[] Shape, float[] Values)> Write(IEnumerable<Parameter> weights)
    {
        if (Best is not { } best) return [];
        return weights.Select((weight, i) => (NameOf(weight), (int[])[weight.Rows, weight.Columns], _weights[i]))
            .Append((StateName, [1, 3], [best.Step, (float)best.Loss, _since]));
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Returns what makes it count.</summary>
    public Action Read(TensorSet checkpoint, IEnumerable<Parameter> weights)
    {
        if (checkpoint.Find(StateName) is null) return () => (Best, _since) = (null, 0);
        var state = checkpoint.Get(StateName, 1, 3).ReadAll();
        var kept = weights.Select(weight => checkpoint.Get(NameOf(weight), weight.Rows, weight.Columns).ReadAll()).ToArray();
        return () => (Best, _weights, _since) = (new TrainingEvaluation((int)state[0], state[1], IsBest: true), kept, (int)state[2]);
    }

    private static string NameOf(Parameter weight) => $"loop.best.{weight.Name}";
}
