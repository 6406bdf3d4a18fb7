using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>Between the cache's 16 bits and float32.</summary>
internal static unsafe class KvConversion
{
    private const float SmallestNormal = 6.1035156e-5f;
    private const float Greatest = 65504f;

    // F16's bits three places to the left of where float32 wants them, with the sign copied in between; what is left is 2^112 times too small.
    public const int Mask = unchecked((int)0x8FFFE000);

    /// <summary>2^112.</summary>
    public const float Factor = 5192296858534827628530496329220096f;

    /// <summary>One position of one KV head.</summary>
    /// <param name="block">The page's keys of the head, and behind them its values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreHead(KvLayout layout, ushort* block, int slot, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        var pairs = stackalloc int[128];
        for (var at = 0; at < key.Length; at += 256)
        {
            var part = key[at..Math.Min(at + 256, key.Length)];
            ToHalves(part, new Span<ushort>(pairs, part.Length));
            var into = (int*)block + (at / 2 * KvLayout.PageLength) + slot;
            for (var i = 0; i < part.Length / 2; i++) into[i * KvLayout.PageLength] = pairs[i];
        }
        ToHalves(value, new Span<ushort>(block + layout.BlockElements + (slot * layout.HeadLength), layout.HeadLength));
    }

    /// <summary>A page's keys of one head as [headLength][16 positions].</summary>
    /// <param name="block">Its values, which lie behind it, are asked for meanwhile: they are read some blocks later.</param>
    /// <param name="ahead">The block that is read next: asked for too, because a processor's own guesses end with every block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Keys(ushort* block, int headLength, float* into, ushort* ahead)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            var factor = Vector256.Create(Factor);
            for (var pair = 0; pair < headLength / 2; pair++, block += 32, ahead += 32, into += 32)
            {
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(ahead);
                    Sse.Prefetch1(block + (headLength * KvLayout.PageLength));
                }
                for (var half = 0; half < 16; half += 8)
                {
                    var bits = Vector256.Load((int*)block + half);
                    ((((bits << 16) >> 3) & Vector256.Create(Mask)).AsSingle() * factor).Store(into + half);
                    (((bits >> 3) & Vector256.Create(Mask)).AsSingle() * factor).Store(into + 16 + half);
                }
            }
            return;
        }
        var singles = stackalloc float[2 * KvLayout.PageLength];
        for (var pair = 0; pair < headLength / 2; pair++)
        {
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((Half*)block + (pair * 32), 32), new Span<float>(singles, 32));
            for (var i = 0; i < KvLayout.PageLength; i++)
            {
                into[(pair * 32) + i] = singles[2 * i];
                into[(pair * 32) + 16 + i] = singles[(2 * i) + 1];
            }
        }
    }

    /// <summary>A page's values of one head as [16 positions][headLength].</summary>
    /// <param name="ahead">As above.</param>
    /// <param name="later">One that is read some blocks later.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(ushort* block, int headLength, float* into, ushort* ahead, ushort* later)
    {
        var count = headLength * KvLayout.PageLength;
        if (!Avx2.IsSupported)
        {
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((Half*)block, count), new Span<float>(into, count));
            return;
        }
        // headLength is even, so a page's elements are a multiple of 32.
        for (var i = 0; i < count; i += 32)
        {
            Sse.Prefetch0(ahead + i);
            Sse.Prefetch1(later + i);
            for (var j = i; j < i + 32; j += 8) Panel.EightHalves((byte*)(block + j)).Store(into + j);
        }
    }

    private static void ToHalves(ReadOnlySpan<float> from, Span<ushort> into)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 16 <= from.Length; i += 16)
                Vector256.Narrow(ToHalves(Vector256.Create(from[i..])), ToHalves(Vector256.Create(from[(i + 8)..]))).CopyTo(into[i..]);
        }
        for (; i < from.Length; i++)
        {
            var clamped = Math.Clamp(from[i], -Greatest, Greatest);
            into[i] = MathF.Abs(clamped) < SmallestNormal ? (ushort)0 : BitConverter.HalfToUInt16Bits((Half)clamped);
        }
    }

    // Rounds to the nearest, ties to even, by adding just under half a unit and the unit's own parity.
    private static Vector256<uint> ToHalves(Vector256<float> numbers)
    {
        var sign = (numbers.AsInt32() >>> 16) & Vector256.Create(0x8000);
        var magnitude = Vector256.Min(Vector256.Abs(numbers), Vector256.Create(Greatest));
        var bits = magnitude.AsInt32();
        var rounded = bits + Vector256.Create(0xFFF) + ((bits >>> 13) & Vector256<int>.One);
        var half = (rounded >>> 13) - Vector256.Create(112 << 10);
        half = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(SmallestNormal)).AsInt32(), Vector256<int>.Zero, half);
        return (half | sign).AsUInt32();
    }
}
