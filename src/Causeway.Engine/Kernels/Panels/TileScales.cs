using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>How a block's sums of integers, of four rows of activations with eight of weights, are added to floats; the same for every tile. AVX2.</summary>
/// <param name="activations">[4]</param>
/// <param name="weights">[8]</param>
internal readonly unsafe struct TileScales(float* activations, Vector256<float> weights)
{
    /// <summary>y[4][16], of which eight are meant, += s * scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* y, Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3)
    {
        Scaled(y, 0, s0).Store(y);
        Scaled(y, 1, s1).Store(y + 16);
        Scaled(y, 2, s2).Store(y + 32);
        Scaled(y, 3, s3).Store(y + 48);
    }

    /// <summary>The same, and besides the minima times each row's share.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* shares, Vector256<float> minima, float* y, Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3)
    {
        Vector256.FusedMultiplyAdd(minima, Vector256.Create(shares[0]), Scaled(y, 0, s0)).Store(y);
        Vector256.FusedMultiplyAdd(minima, Vector256.Create(shares[1]), Scaled(y, 1, s1)).Store(y + 16);
        Vector256.FusedMultiplyAdd(minima, Vector256.Create(shares[2]), Scaled(y, 2, s2)).Store(y + 32);
        Vector256.FusedMultiplyAdd(minima, Vector256.Create(shares[3]), Scaled(y, 3, s3)).Store(y + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Scaled(float* y, int row, Vector256<float> sum) =>
        Vector256.FusedMultiplyAdd(sum, weights * activations[row], Vector256.Load(y + (row * Panel.Rows)));
}
