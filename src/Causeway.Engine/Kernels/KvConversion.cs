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
    private const int Mask = unchecked((int)0x8FFFE000);

    /// <summary>One position of all KV heads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreRow(KvLayout layout, ushort* page, int slot, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        Span<ushort> halves = stackalloc ushort[256];
        for (var head = 0; head < layout.KvHeads; head++)
        {
            var block = page + layout.HeadOffset(head);
            for (var at = 0; at < layout.HeadLength; at += halves.Length)
            {
                var length = Math.Min(halves.Length, layout.HeadLength - at);
                ToHalves(keys.Slice((head * layout.HeadLength) + at, length), halves);
                for (var i = 0; i < length; i += 2)
                {
                    var pair = block + ((at + i) * KvLayout.PageLength) + (slot * 2);
                    (pair[0], pair[1]) = (halves[i], halves[i + 1]);
                }
            }
            var into = new Span<ushort>(block + layout.BlockElements + (slot * layout.HeadLength), layout.HeadLength);
            ToHalves(values.Slice(head * layout.HeadLength, layout.HeadLength), into);
        }
    }

    /// <summary>A page's keys of one head as [headLength][16 positions].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Keys(ushort* block, int headLength, float* into)
    {
        if (Panel.Wide)
        {
            var factor = Vector512.Create(BitConverter.UInt32BitsToSingle((112 + 127) << 23));
            for (var pair = 0; pair < headLength / 2; pair++)
            {
                var bits = Vector512.Load((int*)block + (pair * KvLayout.PageLength));
                ((((bits << 16) >> 3) & Vector512.Create(Mask)).AsSingle() * factor).Store(into + (pair * 32));
                (((bits >> 3) & Vector512.Create(Mask)).AsSingle() * factor).Store(into + (pair * 32) + 16);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(ushort* block, int headLength, float* into)
    {
        var count = headLength * KvLayout.PageLength;
        if (!Panel.Wide)
        {
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((Half*)block, count), new Span<float>(into, count));
            return;
        }
        // headLength is even, so a page's elements are a multiple of 32.
        for (var i = 0; i < count; i += 16) Panel.Halves((byte*)(block + i)).Store(into + i);
    }

    private static void ToHalves(ReadOnlySpan<float> from, Span<ushort> into)
    {
        var i = 0;
        if (Panel.Wide)
        {
            for (; i + 16 <= from.Length; i += 16) ToHalves(Vector512.Create(from[i..])).CopyTo(into[i..]);
        }
        for (; i < from.Length; i++)
        {
            var clamped = Math.Clamp(from[i], -Greatest, Greatest);
            into[i] = MathF.Abs(clamped) < SmallestNormal ? (ushort)0 : BitConverter.HalfToUInt16Bits((Half)clamped);
        }
    }

    // Rounds to the nearest, ties to even, by adding just under half a unit and the unit's own parity.
    private static Vector256<ushort> ToHalves(Vector512<float> numbers)
    {
        var sign = (numbers.AsInt32() >>> 16) & Vector512.Create(0x8000);
        var magnitude = Vector512.Min(Vector512.Abs(numbers), Vector512.Create(Greatest));
        var bits = magnitude.AsInt32();
        var rounded = bits + Vector512.Create(0xFFF) + ((bits >>> 13) & Vector512<int>.One);
        var half = (rounded >>> 13) - Vector512.Create(112 << 10);
        half = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(SmallestNormal)).AsInt32(), Vector512<int>.Zero, half);
        return Avx512F.ConvertToVector256UInt16((half | sign).AsUInt32());
    }
}
