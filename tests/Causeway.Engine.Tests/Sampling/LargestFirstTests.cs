using Causeway.Engine.Sampling;
using CsCheck;

namespace Causeway.Engine.Tests.Sampling;

public sealed class LargestFirstTests
{
    // Few different values, so that equal ones are common.
    private static readonly Gen<float[]> _weights = Gen.Int[0, 12].Select(i => i / 4f).Array[1, 300];

    [Fact]
    public void The_best_are_found_in_order_and_the_first_of_equal_ones_first() =>
        Gen.Select(_weights, Gen.Int[0, 40]).Sample((values, count) =>
        {
            var (best, places) = (new float[count], new int[count]);
            var found = LargestFirst.Find(values, best, places);
            var expected = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).ThenBy(i => i).Take(count).ToArray();
            return found == expected.Length && places.Take(found).SequenceEqual(expected) && best.Take(found).SequenceEqual(expected.Select(i => values[i]));
        }, iter: 3000);

    [Fact]
    public void Negative_infinity_is_not_found()
    {
        var (best, places) = (new float[3], new int[3]);
        Assert.Equal(1, LargestFirst.Find([float.NegativeInfinity, 2, float.NegativeInfinity], best, places));
        Assert.Equal(1, places[0]);
    }

    [Fact]
    public void What_is_kept_is_the_smallest_set_that_a_full_sort_would_keep() =>
        Gen.Select(_weights, Gen.Int[1, 320], Gen.Double[0.001, 1.1]).Sample((weights, limit, share) =>
        {
            var mass = share * weights.Sum(weight => (double)weight);
            var (kept, ids) = (weights.ToArray(), Enumerable.Range(0, weights.Length).ToArray());
            var count = LargestFirst.Keep(kept, ids, limit, mass);

            var (expected, sum) = (new List<int>(), 0.0);
            foreach (var i in Enumerable.Range(0, weights.Length).OrderByDescending(i => weights[i]).ThenBy(i => i))
            {
                if (sum >= mass || expected.Count >= limit) break;
                expected.Add(i);
                sum += weights[i];
            }
            return ids.Take(count).Order().SequenceEqual(expected.Order()) && Enumerable.Range(0, count).All(i => kept[i] == weights[ids[i]]);
        }, iter: 5000);
}
