namespace Causeway.Tuning.Datasets;

/// <summary>How many tokens a model reads in a dataset.</summary>
/// <param name="All">Of everything; with preferences of both answers, each behind its prompt.</param>
/// <param name="Learnt">Of what is learnt.</param>
/// <param name="Middle">Half of the examples have no more.</param>
/// <param name="Long">95 of 100 examples have no more.</param>
internal sealed record TokenTotals(long All, long Learnt, int Least, int Middle, int Long, int Most)
{
    /// <param name="problems">Examples that the model cannot learn from are added, until there are too many to tell.</param>
    /// <returns>Null when there were such.</returns>
    public static TokenTotals? Of(Dataset dataset, ExampleEncoder encoder, List<DatasetProblem> problems)
    {
        var (lengths, learnt, before) = (new List<int>(dataset.Examples.Count), 0L, problems.Count);
        foreach (var example in dataset.Examples)
        {
            if (problems.Count >= DatasetException.MaxProblems) break;
            try
            {
                var sequences = dataset.Method == TuningMethod.Dpo ? Both(encoder, example) : encoder.Encode(example);
                lengths.Add(sequences.Sum(sequence => sequence.Tokens.Count));
                learnt += sequences.Sum(sequence => (long)(sequence.Learnt?.Count(wanted => wanted) ?? sequence.Tokens.Count));
            }
            catch (DatasetException e)
            {
                problems.AddRange(e.Problems);
            }
        }
        if (problems.Count > before || lengths.Count == 0) return null;
        lengths.Sort();
        return new TokenTotals(lengths.Sum(length => (long)length), learnt, lengths[0], At(0.5), At(0.95), lengths[^1]);

        int At(double share) => lengths[(int)(share * (lengths.Count - 1))];
    }

    private static List<Engine.Training.TrainingExample> Both(ExampleEncoder encoder, DatasetExample example)
    {
        var pair = encoder.EncodePair(example);
        return [pair.Chosen, pair.Rejected];
    }
}
