namespace Causeway.Tuning.Worker;

/// <summary>Notices when a run no longer gets better on what it does not learn from.</summary>
/// <param name="patience">Measurements in a row without a better one that end it; null for never.</param>
internal sealed class EarlyStop(int? patience)
{
    private double _best = double.PositiveInfinity;
    private int _worse;

    /// <summary>The step with the smallest loss; null before the first measurement.</summary>
    public int? BestStep { get; private set; }

    public bool IsDue => _worse >= patience;

    public void Note(int step, double loss)
    {
        if (loss < _best) (_best, BestStep, _worse) = (loss, step, 0);
        else _worse++;
    }
}
