using Causeway.Engine.Formats;

namespace Causeway.Engine.Training;

/// <summary>Rotary positions of whole batches, and back: the gradient of a rotation is the rotation by the opposite angle.</summary>
/// <param name="rope">Null: nothing is rotated.</param>
internal sealed class Rotation(Rope? rope, int headLength)
{
    /// <param name="x">[tokens, heads, head length], changed in place.</param>
    /// <param name="positions">[tokens]</param>
    public void Apply(float[] x, ReadOnlyMemory<int> positions, int heads) => Turn(x, positions, heads, 1);

    public void Undo(float[] x, ReadOnlyMemory<int> positions, int heads) => Turn(x, positions, heads, -1);

    private void Turn(float[] x, ReadOnlyMemory<int> positions, int heads, float direction)
    {
        if (rope is null) return;
        var half = headLength / 2;
        Parallel.For(0, positions.Length, token =>
        {
            Span<float> sines = stackalloc float[half], cosines = stackalloc float[half];
            Angles(positions.Span[token], direction, sines, cosines);
            for (var head = 0; head < heads; head++)
            {
                var first = x.AsSpan(((token * heads) + head) * headLength, half);
                var second = x.AsSpan((((token * heads) + head) * headLength) + half, half);
                for (var i = 0; i < half; i++)
                {
                    var (a, b) = (first[i], second[i]);
                    first[i] = (a * cosines[i]) - (b * sines[i]);
                    second[i] = (b * cosines[i]) + (a * sines[i]);
                }
            }
        });
    }

    private void Angles(int position, float direction, Span<float> sines, Span<float> cosines)
    {
        for (var i = 0; i < sines.Length; i++)
        {
            var (sine, cosine) = MathF.SinCos(position * rope!.Frequencies[i]);
            sines[i] = direction * sine * rope.Magnitude;
            cosines[i] = cosine * rope.Magnitude;
        }
    }
}
