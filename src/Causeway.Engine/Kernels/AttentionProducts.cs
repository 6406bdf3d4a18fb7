using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// The inner products of attention over one page of 16 positions in float32. Products are added in order, however many queries come at once: a row's result does
/// not depend on what it is batched with.
/// </summary>
internal static unsafe class AttentionProducts
{
    /// <summary>scores[4][stride] = 16 scores each. AVX2.</summary>
    /// <param name="keys">[headLength][16]</param>
    /// <param name="q">[4][headLength], scaled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfFour(float* keys, float* q, nint headLength, float* scores, int stride)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        for (var end = q + headLength; q < end; q++, keys += 16)
        {
            var (k, l) = (Vector256.Load(keys), Vector256.Load(keys + 8));
            Step(k, l, q[0], ref s0, ref t0);
            Step(k, l, q[headLength], ref s1, ref t1);
            Step(k, l, q[2 * headLength], ref s2, ref t2);
            Step(k, l, q[3 * headLength], ref s3, ref t3);
        }
        Store(s0, t0, scores);
        Store(s1, t1, scores + stride);
        Store(s2, t2, scores + (2 * stride));
        Store(s3, t3, scores + (3 * stride));
    }

    /// <summary>scores[8][stride] = 32 scores each, of two pages: then multiplications take longer than loads. AVX-512.</summary>
    /// <param name="first">[headLength][16]</param>
    /// <param name="second">The next page's.</param>
    /// <param name="q">[8][headLength], scaled.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScoresOfEight(float* first, float* second, float* q, nint headLength, float* scores, nint stride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Vector512<float> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default;
        var q4 = q + (4 * headLength);
        for (var end = q + headLength; q < end; q++, q4++, first += 16, second += 16)
        {
            var (k, l) = (Vector512.Load(first), Vector512.Load(second));
            Step(k, l, q[0], ref s0, ref t0);
            Step(k, l, q[headLength], ref s1, ref t1);
            Step(k, l, q[2 * headLength], ref s2, ref t2);
            Step(k, l, q[3 * headLength], ref s3, ref t3);
            Step(k, l, q4[0], ref s4, ref t4);
            Step(k, l, q4[headLength], ref s5, ref t5);
            Step(k, l, q4[2 * headLength], ref s6, ref t6);
            Step(k, l, q4[3 * headLength], ref s7, ref t7);
        }
        StoreFour(s0, s1, s2, s3, scores, stride);
        StoreFour(s4, s5, s6, s7, scores + (4 * stride), stride);
        StoreFour(t0, t1, t2, t3, scores + 16, stride);
        StoreFour(t4, t5, t6, t7, scores + (4 * stride) + 16, stride);
    }

    /// <summary>The same for four, anywhere.</summary>
    public static void ScoresPortable(float* keys, float* q, int headLength, float* scores, int stride)
    {
        for (var i = 0; i < 4; i++)
        {
            Vector128<float> a = default, b = default, c = default, e = default;
            for (var d = 0; d < headLength; d++)
            {
                var wide = Vector128.Create(q[d + (i * headLength)]);
                a = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16)), wide, a);
                b = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16) + 4), wide, b);
                c = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16) + 8), wide, c);
                e = Vector128.MultiplyAddEstimate(Vector128.Load(keys + (d * 16) + 12), wide, e);
            }
            a.Store(scores + (i * stride));
            b.Store(scores + (i * stride) + 4);
            c.Store(scores + (i * stride) + 8);
            e.Store(scores + (i * stride) + 12);
        }
    }

    /// <summary>The greatest of some numbers.</summary>
    /// <param name="count">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Greatest(float* x, int count)
    {
        Vector128<float> a = Vector128.Load(x), b = Vector128.Load(x + 4), c = Vector128.Load(x + 8), d = Vector128.Load(x + 12);
        for (var i = 16; i < count; i += 16)
        {
            a = Vector128.MaxNative(a, Vector128.Load(x + i));
            b = Vector128.MaxNative(b, Vector128.Load(x + i + 4));
            c = Vector128.MaxNative(c, Vector128.Load(x + i + 8));
            d = Vector128.MaxNative(d, Vector128.Load(x + i + 12));
        }
        var most = Vector128.MaxNative(Vector128.MaxNative(a, b), Vector128.MaxNative(c, d));
        return MathF.Max(MathF.Max(most[0], most[1]), MathF.Max(most[2], most[3]));
    }

    /// <summary>x = factor * exp(x - greatest), in place; returns the sum without the factor.</summary>
    /// <param name="count">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(float* x, int count, float greatest, float factor)
    {
        // Not a sum over all at once: its order would depend on how many masked positions follow.
        if (!Fma.IsSupported)
        {
            var few = Vector128<float>.Zero;
            for (var end = x + count; x < end; x += 4)
            {
                var power = Vector128.Exp(Vector128.Load(x) - Vector128.Create(greatest));
                (power * factor).Store(x);
                few += power;
            }
            return Vector128.Sum(few);
        }
        if (Panel.Wide)
        {
            var many = Vector512<float>.Zero;
            for (var end = x + count; x < end; x += 16)
            {
                var power = Exponential.Of(Vector512.Load(x) - Vector512.Create(greatest));
                (power * factor).Store(x);
                many += power;
            }
            return Vector512.Sum(many);
        }
        var sum = Vector256<float>.Zero;
        for (var end = x + count; x < end; x += 16)
        {
            var (low, high) = (Exponential.Of(Vector256.Load(x) - Vector256.Create(greatest)), Exponential.Of(Vector256.Load(x + 8) - Vector256.Create(greatest)));
            Store(low * factor, high * factor, x);
            sum += low;
            sum += high;
        }
        return Vector256.Sum(sum);
    }

    /// <summary>sums[4][headLength] += weights[4][stride] times the page's 16 values. AVX2.</summary>
    /// <param name="values">[16][headLength]</param>
    /// <param name="headLength">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfFour(float* values, float* weights, nint stride, nint headLength, float* sums)
    {
        for (var end = sums + headLength; sums < end; sums += 16, values += 16)
        {
            Vector256<float> s0 = Vector256.Load(sums), t0 = Vector256.Load(sums + 8);
            Vector256<float> s1 = Vector256.Load(sums + headLength), t1 = Vector256.Load(sums + headLength + 8);
            Vector256<float> s2 = Vector256.Load(sums + (2 * headLength)), t2 = Vector256.Load(sums + (2 * headLength) + 8);
            Vector256<float> s3 = Vector256.Load(sums + (3 * headLength)), t3 = Vector256.Load(sums + (3 * headLength) + 8);
            for (nint p = 0; p < KvLayout.PageLength; p++)
            {
                var (v, w) = (Vector256.Load(values + (p * headLength)), Vector256.Load(values + (p * headLength) + 8));
                Step(v, w, weights[p], ref s0, ref t0);
                Step(v, w, weights[p + stride], ref s1, ref t1);
                Step(v, w, weights[p + (2 * stride)], ref s2, ref t2);
                Step(v, w, weights[p + (3 * stride)], ref s3, ref t3);
            }
            Store(s0, t0, sums);
            Store(s1, t1, sums + headLength);
            Store(s2, t2, sums + (2 * headLength));
            Store(s3, t3, sums + (3 * headLength));
        }
    }

    /// <summary>sums[8][headLength] += weights[8][stride] times the page's 16 values. AVX-512.</summary>
    /// <param name="values">[16][headLength]</param>
    /// <param name="headLength">A multiple of 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfEight(float* values, float* weights, nint stride, nint headLength, float* sums)
    {
        for (var end = sums + headLength; sums < end; sums += 32, values += 32)
        {
            float* a = sums, b = a + headLength, c = b + headLength, d = c + headLength, e = d + headLength, f = e + headLength, g = f + headLength, h = g + headLength;
            Vector512<float> s0 = Vector512.Load(a), s1 = Vector512.Load(b), s2 = Vector512.Load(c), s3 = Vector512.Load(d);
            Vector512<float> s4 = Vector512.Load(e), s5 = Vector512.Load(f), s6 = Vector512.Load(g), s7 = Vector512.Load(h);
            Vector512<float> t0 = Vector512.Load(a + 16), t1 = Vector512.Load(b + 16), t2 = Vector512.Load(c + 16), t3 = Vector512.Load(d + 16);
            Vector512<float> t4 = Vector512.Load(e + 16), t5 = Vector512.Load(f + 16), t6 = Vector512.Load(g + 16), t7 = Vector512.Load(h + 16);
            float* w = weights, w4 = weights + (4 * stride);
            for (nint p = 0; p < KvLayout.PageLength; p++, w++, w4++)
            {
                var (v, u) = (Vector512.Load(values + (p * headLength)), Vector512.Load(values + (p * headLength) + 16));
                Step(v, u, w[0], ref s0, ref t0);
                Step(v, u, w[stride], ref s1, ref t1);
                Step(v, u, w[2 * stride], ref s2, ref t2);
                Step(v, u, w[3 * stride], ref s3, ref t3);
                Step(v, u, w4[0], ref s4, ref t4);
                Step(v, u, w4[stride], ref s5, ref t5);
                Step(v, u, w4[2 * stride], ref s6, ref t6);
                Step(v, u, w4[3 * stride], ref s7, ref t7);
            }
            StoreFour(s0, s1, s2, s3, sums, headLength);
            StoreFour(s4, s5, s6, s7, e, headLength);
            StoreFour(t0, t1, t2, t3, sums + 16, headLength);
            StoreFour(t4, t5, t6, t7, e + 16, headLength);
        }
    }

    /// <summary>The same for so many, anywhere, with heads of any length.</summary>
    public static void SumPortable(float* values, float* weights, int stride, int headLength, float* sums, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var into = new Span<float>(sums + (i * headLength), headLength);
            for (var p = 0; p < KvLayout.PageLength; p++)
            {
                var weight = weights[(i * stride) + p];
                if (weight != 0) TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(values + (p * headLength), headLength), weight, into, into);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step(Vector256<float> low, Vector256<float> high, float x, ref Vector256<float> s, ref Vector256<float> t)
    {
        var wide = Vector256.Create(x);
        s = Vector256.FusedMultiplyAdd(low, wide, s);
        t = Vector256.FusedMultiplyAdd(high, wide, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step(Vector512<float> low, Vector512<float> high, float x, ref Vector512<float> s, ref Vector512<float> t)
    {
        var wide = Vector512.Create(x);
        s = Vector512.FusedMultiplyAdd(low, wide, s);
        t = Vector512.FusedMultiplyAdd(high, wide, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> low, Vector256<float> high, float* into)
    {
        low.Store(into);
        high.Store(into + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFour(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* into, nint stride)
    {
        a.Store(into);
        b.Store(into + stride);
        c.Store(into + (2 * stride));
        d.Store(into + (3 * stride));
    }
}
