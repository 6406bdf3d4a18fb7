using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>
/// A panel unpacked once for many rows of activations: per block [8 quads][2 halves of 8 rows] of [8 rows][4 columns] bytes, [16 rows] scales as
/// floats, or [2 parts] of them, then [16] minima as floats where the format has them. AVX2.
/// </summary>
internal static unsafe class UnpackedPanel<TFormat> where TFormat : struct, IBlockFormat
{
    public const int Scales = 512;
    public const int Minima = 576;

    public static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.HasMinimum || TFormat.Integers == BlockIntegers.Sixes ? 640 : 576;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unpack(byte* panel, int blocks, byte* into)
    {
        for (var first = 0; first < blocks; first += TFormat.GroupBlocks)
        {
            var group = panel;
            panel += TFormat.GroupBytes;
            for (var i = 0; i < TFormat.GroupBlocks; i++)
            {
                for (var line = 0; line < BlockLayout<TFormat>.BlockBytes; line += 64) Panel.Prefetch(panel + line);
                Chunk(panel, into);
                Chunk(panel + TFormat.ChunkBytes, into + 32);
                Chunk(panel + (2 * TFormat.ChunkBytes), into + 256);
                Chunk(panel + (3 * TFormat.ChunkBytes), into + 288);
                for (var part = 0; part < IntegerPanels.ScaledParts<TFormat>(); part++)
                {
                    TFormat.Scale(group, panel, part, 0).Store((float*)(into + Scales + (part * 64)));
                    TFormat.Scale(group, panel, part, 1).Store((float*)(into + Scales + (part * 64)) + 8);
                }
                if (TFormat.HasMinimum)
                {
                    TFormat.Minimum(group, panel, 0).Store((float*)(into + Minima));
                    TFormat.Minimum(group, panel, 1).Store((float*)(into + Minima) + 8);
                }
                panel += BlockLayout<TFormat>.BlockBytes;
                into += BlockBytes;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Chunk(byte* chunk, byte* into)
    {
        TFormat.Quads(chunk, out Vector256<byte> q0, out var q1, out var q2, out var q3);
        q0.Store(into);
        q1.Store(into + 64);
        q2.Store(into + 128);
        q3.Store(into + 192);
    }
}
