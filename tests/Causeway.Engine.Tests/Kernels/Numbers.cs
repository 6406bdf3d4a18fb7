namespace Causeway.Engine.Tests.Kernels;

internal static class Numbers
{
    public static float[] Gaussian(Random random, int count, float deviation = 1)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return numbers;
    }
}
