using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>What a decoder does between its matrices, a row at a time: a few microseconds each, so whoever has many rows spreads them.</summary>
internal static class Elementwise
{
    // Floats of four vectors of 512 bits.
    private const int WideStep = 64;

    /// <summary>y = x / √(mean(x²) + ε) * w (Zhang and Sennrich 2019, arXiv:1910.07467). x and y may be the same.</summary>
    public static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> y)
    {
        if (Panel.Wide && x.Length % WideStep == 0)
        {
            WideRmsNorm(x, weight[..x.Length], epsilon, y[..x.Length]);
            return;
        }
        var scale = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(x) / x.Length) + epsilon);
        TensorPrimitives.Multiply(x, scale, y);
        TensorPrimitives.Multiply(y[..x.Length], weight, y);
    }

    // Heads are short: three calls of the library take longer than what they do.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void WideRmsNorm(ReadOnlySpan<float> vector, ReadOnlySpan<float> weight, float epsilon, Span<float> result)
    {
        fixed (float* x = vector, w = weight, y = result)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            for (nint i = 0; i < vector.Length; i += WideStep)
            {
                var (p, q, r, s) = (Vector512.Load(x + i), Vector512.Load(x + i + 16), Vector512.Load(x + i + 32), Vector512.Load(x + i + 48));
                a = Vector512.FusedMultiplyAdd(p, p, a);
                b = Vector512.FusedMultiplyAdd(q, q, b);
                c = Vector512.FusedMultiplyAdd(r, r, c);
                d = Vector512.FusedMultiplyAdd(s, s, d);
            }
            var scale = Vector512.Create(1 / MathF.Sqrt((Vector512.Sum(a + b + (c + d)) / vector.Length) + epsilon));
            for (nint i = 0; i < vector.Length; i += 16) (Vector512.Load(x + i) * scale * Vector512.Load(w + i)).Store(y + i);
        }
    }

    /// <summary>x += y.</summary>
    public static void Add(Span<float> x, ReadOnlySpan<float> y) => TensorPrimitives.Add(x, y, x);

    /// <summary>The rotation of one position: cosines and sines, half a head of each, for <see cref="Rotate"/>.</summary>
    public static void Angles(ReadOnlySpan<float> frequencies, float magnitude, int position, Span<float> cosines, Span<float> sines)
    {
        for (var i = 0; i < frequencies.Length; i++)
        {
            // In double: at position 100,000 a float's angle is off by hundredths of a radian.
            var (sine, cosine) = Math.SinCos((double)frequencies[i] * position);
            (sines[i], cosines[i]) = ((float)sine * magnitude, (float)cosine * magnitude);
        }
    }

    /// <summary>Rotates one head in place, element i with element i + length / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(Span<float> head, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines)
    {
        var half = head.Length / 2;
        var low = head[..half];
        var high = head[half..];
        cosines = cosines[..half];
        sines = sines[..half];
        var i = 0;
        for (; Vector256.IsHardwareAccelerated && i + 8 <= half; i += 8)
        {
            var (a, b) = (Vector256.Create<float>(low[i..]), Vector256.Create<float>(high[i..]));
            var (cosine, sine) = (Vector256.Create(cosines[i..]), Vector256.Create(sines[i..]));
            ((a * cosine) - (b * sine)).CopyTo(low[i..]);
            ((b * cosine) + (a * sine)).CopyTo(high[i..]);
        }
        for (; i < half; i++)
        {
            var (a, b) = (low[i], high[i]);
            low[i] = (a * cosines[i]) - (b * sines[i]);
            high[i] = (b * cosines[i]) + (a * sines[i]);
        }
    }

    /// <summary>y = silu(gate) * up; y may be up, not gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SiluGate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        var i = 0;
        if (Panel.Wide)
        {
            for (; i + 16 <= gate.Length; i += 16)
            {
                var x = Vector512.Create(gate[i..]);
                (x / (Vector512<float>.One + Exponential.Of(-x)) * Vector512.Create(up[i..])).CopyTo(y[i..]);
            }
        }
        if (Fma.IsSupported)
        {
            for (; i + 8 <= gate.Length; i += 8)
            {
                var x = Vector256.Create(gate[i..]);
                (x / (Vector256<float>.One + Exponential.Of(-x)) * Vector256.Create(up[i..])).CopyTo(y[i..]);
            }
        }
        for (; i + 4 <= gate.Length; i += 4)
        {
            var x = Vector128.Create(gate[i..]);
            (x / (Vector128<float>.One + Vector128.Exp(-x)) * Vector128.Create(up[i..])).CopyTo(y[i..]);
        }
        for (; i < gate.Length; i++) y[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
    }

    /// <summary>y = gelu(gate) * up with GELU's tanh approximation (Hendrycks and Gimpel 2016, arXiv:1606.08415); y may be up, not gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GeluTanhGate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        // 0.5 (1 + tanh z) = 1 / (1 + exp(-2 z))
        var i = 0;
        if (Panel.Wide)
        {
            for (; i + 16 <= gate.Length; i += 16)
            {
                var x = Vector512.Create(gate[i..]);
                var z = x * (Vector512.Create(1.5957691216f) + (x * x * 0.0713548163f));
                (x / (Vector512<float>.One + Exponential.Of(-z)) * Vector512.Create(up[i..])).CopyTo(y[i..]);
            }
        }
        if (Fma.IsSupported)
        {
            for (; i + 8 <= gate.Length; i += 8)
            {
                var x = Vector256.Create(gate[i..]);
                var z = x * (Vector256.Create(1.5957691216f) + (x * x * 0.0713548163f));
                (x / (Vector256<float>.One + Exponential.Of(-z)) * Vector256.Create(up[i..])).CopyTo(y[i..]);
            }
        }
        for (; i < gate.Length; i++)
        {
            var x = gate[i];
            y[i] = x / (1 + MathF.Exp(-x * (1.5957691216f + (x * x * 0.0713548163f)))) * up[i];
        }
    }

    /// <summary>In place, numerically safe.</summary>
    public static void Softmax(Span<float> x) => TensorPrimitives.SoftMax(x, x);
}
