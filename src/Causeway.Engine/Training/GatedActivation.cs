using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>h = act(g) · u, the gate of the feed-forward block (Shazeer 2020, arXiv:2002.05202).</summary>
internal static class GatedActivation
{
    private const float GeluScale = 0.7978845608f; // √(2/π)
    private const float GeluCubic = 0.044715f;

    public static void Forward(Activation activation, float[] gate, float[] up, float[] h, int length) =>
        Parallel.ForEach(Chunks(length), chunk =>
        {
            for (var i = chunk.Start; i < chunk.End; i++) h[i] = Activate(activation, gate[i]).Value * up[i];
        });

    /// <summary>Overwrites the gradients of gate and up.</summary>
    public static void Backward(Activation activation, float[] gate, float[] up, float[] dh, float[] dGate, float[] dUp, int length) =>
        Parallel.ForEach(Chunks(length), chunk =>
        {
            for (var i = chunk.Start; i < chunk.End; i++)
            {
                var (value, slope) = Activate(activation, gate[i]);
                dGate[i] = dh[i] * up[i] * slope;
                dUp[i] = dh[i] * value;
            }
        });

    private static (float Value, float Slope) Activate(Activation activation, float x)
    {
        if (activation == Activation.Silu)
        {
            var sigmoid = 1 / (1 + MathF.Exp(-x));
            return (x * sigmoid, sigmoid * (1 + (x * (1 - sigmoid))));
        }
        var tanh = MathF.Tanh(GeluScale * (x + (GeluCubic * x * x * x)));
        return (0.5f * x * (1 + tanh), (0.5f * (1 + tanh)) + (0.5f * x * (1 - (tanh * tanh)) * GeluScale * (1 + (3 * GeluCubic * x * x))));
    }

    private static IEnumerable<(int Start, int End)> Chunks(int length)
    {
        const int Size = 16384;
        for (var start = 0; start < length; start += Size) yield return (start, Math.Min(length, start + Size));
    }
}
