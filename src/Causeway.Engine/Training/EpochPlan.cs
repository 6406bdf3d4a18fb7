namespace Causeway.Engine.Training;

/// <summary>
/// Which examples a step works on: a function of the seed alone, so that a run that is taken up again sees what it would have seen.
/// </summary>
internal sealed class EpochPlan
{
    private readonly TrainingOptions _options;
    private readonly IReadOnlyList<int> _lengths;
    private readonly int[] _firstSteps;
    private (int Epoch, List<List<int>> Batches) _current;

    /// <param name="lengths">Tokens of each example.</param>
    public EpochPlan(IReadOnlyList<int> lengths, TrainingOptions options)
    {
        (_lengths, _options) = (lengths, options);
        _firstSteps = new int[options.Epochs + 1];
        for (var epoch = 0; epoch < options.Epochs; epoch++)
            _firstSteps[epoch + 1] = _firstSteps[epoch] + ((BatchesOf(epoch).Count + options.BatchesPerStep - 1) / options.BatchesPerStep);
        _current = (0, BatchesOf(0));
    }

    public int Steps => _firstSteps[^1];

    /// <summary>The batches of a step, each a list of examples.</summary>
    /// <param name="step">From 0.</param>
    public IReadOnlyList<List<int>> BatchesAt(int step)
    {
        var epoch = Array.FindLastIndex(_firstSteps, first => first <= step);
        if (_current.Epoch != epoch) _current = (epoch, BatchesOf(epoch));
        var from = (step - _firstSteps[epoch]) * _options.BatchesPerStep;
        return _current.Batches.GetRange(from, Math.Min(_options.BatchesPerStep, _current.Batches.Count - from));
    }

    /// <summary>The epoch a step belongs to, from 0.</summary>
    public int EpochOf(int step) => Array.FindLastIndex(_firstSteps, first => first <= step);

    private List<List<int>> BatchesOf(int epoch)
    {
        var order = Enumerable.Range(0, _lengths.Count).ToArray();
        new Random(HashCode(_options.Seed, epoch)).Shuffle(order);
        List<List<int>> batches = [];
        var room = 0;
        foreach (var example in order)
        {
            if (batches.Count == 0 || _lengths[example] > room)
            {
                batches.Add([]);
                room = _options.BatchTokens;
            }
            batches[^1].Add(example);
            room -= _lengths[example];
        }
        return batches;
    }

    // Not System.HashCode, which differs from run to run.
    private static int HashCode(int seed, int epoch) => unchecked((seed * 31) + (epoch * 7919));
}
