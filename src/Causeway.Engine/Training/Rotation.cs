using System.Numerics;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Training;

/// <summary>Rotary positions of whole batches, and back: the gradient of a rotation is the rotation by the opposite angle.</summary>
/// <param name="rope">Null: nothing is rotated.</param>
internal sealed class Rotation(Rope? rope, int headLength)
{
    private const int ChunkTokens = 64;
    private readonly int _half = headLength / 2;
    private float[] _cosines = [];                                           // [positions, half]
    private float[] _sines = [];                                             // [positions, half]
    private int _positions;

    /// <param name="x">[tokens, heads, head length], changed in place.</param>
    /// <param name="positions">[tokens]</param>
    public void Apply(float[] x, int[] positions, int heads) => Turn(x, positions, heads, 1);

    public void Undo(float[] x, int[] positions, int heads) => Turn(x, positions, heads, -1);

    private void Turn(float[] x, int[] positions, int heads, float direction)
    {
        if (rope is null) return;
        Prepare(positions.Max() + 1);
        Chunks.ForEach(positions.Length, ChunkTokens, (start, end) =>
        {
            for (var token = start; token < end; token++)
            {
                var cosines = _cosines.AsSpan(positions[token] * _half, _half);
                var sines = _sines.AsSpan(positions[token] * _half, _half);
                for (var head = 0; head < heads; head++)
                {
                    var of = x.AsSpan(((token * heads) + head) * headLength, headLength);
                    Turn(of[.._half], of[_half..], cosines, sines, direction);
                }
            }
        });
    }

    private static void Turn(Span<float> first, Span<float> second, Span<float> cosines, Span<float> sines, float direction)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= first.Length; i += Vector<float>.Count)
        {
            var (a, b) = (new Vector<float>(first[i..]), new Vector<float>(second[i..]));
            var (cosine, sine) = (new Vector<float>(cosines[i..]), new Vector<float>(sines[i..]) * direction);
            ((a * cosine) - (b * sine)).CopyTo(first[i..]);
            ((b * cosine) + (a * sine)).CopyTo(second[i..]);
        }
        for (; i < first.Length; i++)
        {
            var (a, b) = (first[i], second[i]);
            first[i] = (a * cosines[i]) - (b * sines[i] * direction);
            second[i] = (b * cosines[i]) + (a * sines[i] * direction);
        }
    }

    private void Prepare(int positions)
    {
        if (positions <= _positions) return;
        Array.Resize(ref _cosines, positions * _half);
        Array.Resize(ref _sines, positions * _half);
        for (; _positions < positions; _positions++)
            Elementwise.Angles(rope!.Frequencies.AsSpan(), rope.Magnitude, _positions, _cosines.AsSpan(_positions * _half, _half), _sines.AsSpan(_positions * _half, _half));
    }
}
