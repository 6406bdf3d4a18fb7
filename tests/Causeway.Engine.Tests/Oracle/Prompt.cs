using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>What the comparisons of logits share.</summary>
internal static class Prompt
{
    /// <summary>Tokens that stand for nothing: the same ones each time.</summary>
    public static int[] Of(TinyModel model, int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Tokenizer.Tokens.Count))];
    }

    /// <summary>The L2 norm of the difference by that of the expected.</summary>
    public static double Distance(double[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (difference, whole) = (0.0, 0.0);
        foreach (var (row, other) in expected.Zip(actual))
        {
            Assert.Equal(row.Length, other.Length);
            for (var i = 0; i < row.Length; i++)
            {
                difference += (row[i] - other[i]) * (row[i] - other[i]);
                whole += row[i] * row[i];
            }
        }
        return Math.Sqrt(difference / whole);
    }

    /// <summary>What a cache of 16 bits makes of a number.</summary>
    public static double AsF16(KvPlace place, double value) => (double)(Half)(float)value;
}
