using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary>Panels: for each step of the inner dimension the numbers of one tile's edge beside each other, zeros beyond the matrix.</summary>
internal static unsafe class SgemmPacking
{
    /// <summary>
    /// Panels that are packed together: rows are then read in runs of several cache lines, which matters where a stride of whole kilobytes puts all rows into
    /// the same few sets of a cache.
    /// </summary>
    public const int Group = 4;

    /// <param name="shape">[inner, width]</param>
    /// <param name="at">The first step of the block.</param>
    /// <param name="depth">Steps in the block.</param>
    /// <param name="first">The first number of the first panel across the width.</param>
    /// <param name="width">The tile's edge.</param>
    /// <param name="panels">[up to <see cref="Group"/>, depth, width]: as many as the matrix has from there on.</param>
    public static void Pack(float* data, MatrixShape shape, int at, int depth, int first, int width, float* panels)
    {
        var there = Math.Min(Group * width, shape.Columns - first);
        var from = data + ((long)at * shape.RowStep) + ((long)first * shape.ColumnStep);
        if (shape.ColumnStep == 1)
        {
            var whole = there / width;
            Rows(from, shape.RowStep, depth, width, whole, panels);
            if (whole * width < there) Rest(from + (whole * width), shape, depth, there - (whole * width), width, panels + (whole * width * depth));
            return;
        }
        for (var i = 0; i < there; i += width, panels += width * depth)
        {
            if (i + width <= there) Columns(from + ((long)i * shape.ColumnStep), shape.ColumnStep, depth, width, panels);
            else Rest(from + ((long)i * shape.ColumnStep), shape, depth, there - i, width, panels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows(float* from, int step, int depth, int width, int count, float* panels)
    {
        for (var k = 0; k < depth; k++, panels += width)
        {
            var row = from + ((long)k * step);
            var into = panels;
            for (var panel = 0; panel < count; panel++, row += width, into += depth * width)
            {
                var i = 0;
                for (; i + 8 <= width; i += 8) Vector256.Load(row + i).Store(into + i);
                for (; i + 4 <= width; i += 4) Vector128.Load(row + i).Store(into + i);
                for (; i < width; i++) into[i] = row[i];
            }
        }
    }

    /// <summary>Squares of 4 x 4 through registers: the matrix is read in runs, the panel written in runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(float* from, int step, int depth, int width, float* panel)
    {
        var i = 0;
        for (; i + 4 <= width; i += 4)
        {
            var a = from + ((long)i * step);
            var b = a + step;
            var c = b + step;
            var d = c + step;
            var into = panel + i;
            var k = 0;
            for (; Sse.IsSupported && k + 4 <= depth; k += 4, into += 4 * width)
            {
                var (x, y, z, w) = (Sse.LoadVector128(a + k), Sse.LoadVector128(b + k), Sse.LoadVector128(c + k), Sse.LoadVector128(d + k));
                var (xy, zw) = (Sse.UnpackLow(x, y), Sse.UnpackLow(z, w));
                Sse.MoveLowToHigh(xy, zw).Store(into);
                Sse.MoveHighToLow(zw, xy).Store(into + width);
                (xy, zw) = (Sse.UnpackHigh(x, y), Sse.UnpackHigh(z, w));
                Sse.MoveLowToHigh(xy, zw).Store(into + (2 * width));
                Sse.MoveHighToLow(zw, xy).Store(into + (3 * width));
            }
            for (; k < depth; k++, into += width) Vector128.Create(a[k], b[k], c[k], d[k]).Store(into);
        }
        for (; i < width; i++)
        {
            var a = from + ((long)i * step);
            for (var k = 0; k < depth; k++) panel[(k * width) + i] = a[k];
        }
    }

    /// <summary>The last panel, when the matrix ends within it.</summary>
    private static void Rest(float* from, MatrixShape shape, int depth, int there, int width, float* panel)
    {
        new Span<float>(panel, depth * width).Clear();
        for (var k = 0; k < depth; k++)
            for (var i = 0; i < there; i++) panel[(k * width) + i] = from[((long)k * shape.RowStep) + ((long)i * shape.ColumnStep)];
    }
}
