using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels;

/// <summary>
/// e to the power of float32, off by at most two units in the last place; the framework's is exact to the last by computing in float64, four times as
/// long. No number stays none; what would be less than float32's smallest normal number is zero, what is beyond e^88.3 is that.
/// </summary>
internal static class Exponential
{
    private const float Least = -87.3f;
    private const float Most = 88.3f;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts, of which the first has so few bits that its product with a power's exponent is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // 1.5 * 2^23: what is added to it is rounded to an integer, which then stands in the lowest bits.
    private const float Rounder = 12582912f;

    /// <summary>Fast where there is fused multiplication in 256 bits, the same everywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        // In this order of operands the processor keeps what is no number.
        var bounded = Vector256.MinNative(Vector256.Create(Most), Vector256.MaxNative(Vector256.Create(Least), x));
        var rounded = Vector256.FusedMultiplyAdd(bounded, Vector256.Create(Log2E), Vector256.Create(Rounder));
        var n = rounded - Vector256.Create(Rounder);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), bounded);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), r);
        // The polynomial of Moshier's Cephes library (expf).
        var p = Vector256.FusedMultiplyAdd(Vector256.Create(1.9875691500e-4f), r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r) + Vector256<float>.One;
        var power = ((rounded.AsInt32() << 23) + Vector256<float>.One.AsInt32()).AsSingle();
        return Vector256.AndNot(p * power, Vector256.LessThan(x, Vector256.Create(Least)));
    }

    /// <summary>Sixteen at once, each the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        // In this order of operands the processor keeps what is no number.
        var bounded = Vector512.MinNative(Vector512.Create(Most), Vector512.MaxNative(Vector512.Create(Least), x));
        var rounded = Vector512.FusedMultiplyAdd(bounded, Vector512.Create(Log2E), Vector512.Create(Rounder));
        var n = rounded - Vector512.Create(Rounder);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), bounded);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        // The polynomial of Moshier's Cephes library (expf).
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.9875691500e-4f), r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;
        var power = ((rounded.AsInt32() << 23) + Vector512<float>.One.AsInt32()).AsSingle();
        return Vector512.AndNot(p * power, Vector512.LessThan(x, Vector512.Create(Least)));
    }
}
