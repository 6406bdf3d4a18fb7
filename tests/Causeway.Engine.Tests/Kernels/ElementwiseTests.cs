using System.Runtime.Intrinsics;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Tests.Kernels;

public sealed class ElementwiseTests
{
    private static readonly float[] Input = [.. Numbers.Gaussian(new Random(3), 131, 4), 0, -0f, 90, -90, 1e-20f, 30, -30];

    [Theory]
    [InlineData(138)]
    [InlineData(128)]
    [InlineData(64)]
    public void RmsNorm_divides_by_the_root_mean_square_and_weighs(int length)
    {
        var x = Input[^length..];
        var weight = Numbers.Gaussian(new Random(4), length);
        var scale = 1 / Math.Sqrt((x.Sum(x => (double)x * x) / length) + 1e-5);
        var expected = x.Select((x, i) => x * scale * weight[i]).ToArray();
        var y = new float[length + 1];
        Elementwise.RmsNorm(x, weight, 1e-5f, y);
        for (var i = 0; i < length; i++) Near(expected[i], y[i]);
        Assert.Equal(0, y[length]);
        Elementwise.RmsNorm(x, weight, 1e-5f, x);
        Assert.Equal(y[..length], x);
    }

    [Fact]
    public void Silu_gates_each_element()
    {
        var up = Numbers.Gaussian(new Random(5), Input.Length);
        var y = new float[Input.Length];
        Elementwise.SiluGate(Input, up, y);
        for (var i = 0; i < y.Length; i++) Near(Input[i] / (1 + Math.Exp(-Input[i])) * up[i], y[i]);
    }

    [Fact]
    public void Gelu_gates_each_element()
    {
        var up = Numbers.Gaussian(new Random(6), Input.Length);
        var y = new float[Input.Length];
        Elementwise.GeluTanhGate(Input, up, y);
        for (var i = 0; i < y.Length; i++)
        {
            double x = Input[i];
            Near(0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) * up[i], y[i]);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(6)]
    public void Rotation_turns_each_pair_of_halves_by_its_angle(int length)
    {
        var head = Numbers.Gaussian(new Random(8), length);
        var frequencies = Enumerable.Range(0, length / 2).Select(i => (float)Math.Pow(10_000, -2.0 * i / length)).ToArray();
        var (cosines, sines) = (new float[length / 2], new float[length / 2]);
        Elementwise.Angles(frequencies, 1.5f, 100_003, cosines, sines);
        var rotated = head.ToArray();
        Elementwise.Rotate(rotated, cosines, sines);
        for (var i = 0; i < length / 2; i++)
        {
            var turned = new System.Numerics.Complex(head[i], head[i + (length / 2)]) * System.Numerics.Complex.FromPolarCoordinates(1.5, (double)frequencies[i] * 100_003);
            Near(turned.Real, rotated[i]);
            Near(turned.Imaginary, rotated[i + (length / 2)]);
        }
    }

    [Fact]
    public void Exponentials_are_right_to_two_units_in_the_last_place()
    {
        for (var x = -87.29f; x < 88.3f; x += 0.0137f)
        {
            var power = Math.Exp(x);
            Assert.Equal(power, Of(x), power * 2.4e-7);
        }
        Assert.Equal(1, Of(0));
        Assert.Equal(0, Of(-87.4f));
        Assert.Equal(0, Of(-1e30f));
        Assert.Equal(0, Of(float.NegativeInfinity));
        Assert.Equal(Of(88.3f), Of(float.PositiveInfinity));
        Assert.True(float.IsNaN(Of(float.NaN)));

        static float Of(float x)
        {
            var power = Exponential.Of(Vector256.Create(x))[3];
            Assert.Equal(power, Exponential.Of(Vector512.Create(x))[11]);
            return power;
        }
    }

    private static void Near(double expected, float actual) => Assert.Equal(expected, actual, 2e-6 * Math.Max(1, Math.Abs(expected)));
}
