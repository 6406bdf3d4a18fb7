using System.Numerics;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>h = act(g) · u, the gate of the feed-forward block (Shazeer 2020, arXiv:2002.05202).</summary>
internal static class GatedActivation
{
    private const float GeluScale = 1.5957691216f; // 2 √(2/π)
    private const float GeluCubic = 0.044715f;
    private const int ChunkLength = 16384;

    public static void Forward(Activation activation, float[] gate, float[] up, float[] h, int length) =>
        Chunks.ForEach(length, ChunkLength, (start, end) =>
        {
            for (var i = start; i < end; i += Vector<float>.Count)
            {
                var value = Activate(activation, Load(gate, i, end)).Value;
                Store(value * Load(up, i, end), h, i, end);
            }
        });

    /// <summary>Overwrites the gradients of gate and up.</summary>
    public static void Backward(Activation activation, float[] gate, float[] up, float[] dh, float[] dGate, float[] dUp, int length) =>
        Chunks.ForEach(length, ChunkLength, (start, end) =>
        {
            for (var i = start; i < end; i += Vector<float>.Count)
            {
                var (value, slope) = Activate(activation, Load(gate, i, end));
                var d = Load(dh, i, end);
                Store(d * Load(up, i, end) * slope, dGate, i, end);
                Store(d * value, dUp, i, end);
            }
        });

    /// <summary>Both are x · σ(z): z = x, or for GELU's tanh approximation z = 2 √(2/π) (x + 0.044715 x³), as (1 + tanh(z/2)) / 2 = σ(z).</summary>
    private static (Vector<float> Value, Vector<float> Slope) Activate(Activation activation, Vector<float> x)
    {
        var one = Vector<float>.One;
        var (z, dz) = activation == Activation.Silu
            ? (x, one)
            : (GeluScale * (x + (GeluCubic * x * x * x)), GeluScale * (one + (3 * GeluCubic * x * x)));
        var sigmoid = one / (one + Vector.Exp(-z));
        return (x * sigmoid, sigmoid * (one + (x * dz * (one - sigmoid))));
    }

    private static Vector<float> Load(float[] from, int i, int end)
    {
        if (i + Vector<float>.Count <= end) return new Vector<float>(from, i);
        Span<float> rest = stackalloc float[Vector<float>.Count];
        from.AsSpan(i..end).CopyTo(rest);
        return new Vector<float>(rest);
    }

    private static void Store(Vector<float> value, float[] into, int i, int end)
    {
        if (i + Vector<float>.Count <= end)
        {
            value.CopyTo(into, i);
            return;
        }
        for (var at = i; at < end; at++) into[at] = value[at - i];
    }
}
