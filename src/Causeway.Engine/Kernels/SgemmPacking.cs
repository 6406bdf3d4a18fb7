using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels;

/// <summary>Panels: for each step of the inner dimension the numbers of one tile's edge beside each other, zeros beyond the matrix.</summary>
internal static unsafe class SgemmPacking
{
    /// <param name="shape">[inner, width]</param>
    /// <param name="at">The first step of the block.</param>
    /// <param name="depth">Steps in the block.</param>
    /// <param name="first">The first number of the panel across the width.</param>
    /// <param name="width">The tile's edge.</param>
    /// <param name="panel">[depth, width]</param>
    public static void Pack(float* data, MatrixShape shape, int at, int depth, int first, int width, float* panel)
    {
        var there = Math.Min(width, shape.Columns - first);
        if (there < width) new Span<float>(panel, depth * width).Clear();
        if (shape.ColumnStep == 1) Rows(data + ((long)at * shape.RowStep) + first, shape.RowStep, depth, there, width, panel);
        else Columns(data + ((long)first * shape.ColumnStep) + at, shape.ColumnStep, depth, there, width, panel);
    }

    private static void Rows(float* from, int step, int depth, int there, int width, float* panel)
    {
        if (there == width && width % 4 == 0)
        {
            for (var k = 0; k < depth; k++, from += step, panel += width)
                for (var i = 0; i < width; i += 4) Vector128.Load(from + i).Store(panel + i);
            return;
        }
        for (var k = 0; k < depth; k++)
            for (var i = 0; i < there; i++) panel[(k * width) + i] = from[((long)k * step) + i];
    }

    /// <summary>Four columns at a time through registers: the panel is written in runs, the matrix read in runs.</summary>
    private static void Columns(float* from, int step, int depth, int there, int width, float* panel)
    {
        var i = 0;
        for (; i + 4 <= there; i += 4)
        {
            var a = from + ((long)i * step);
            var b = a + step;
            var c = b + step;
            var d = c + step;
            for (var k = 0; k < depth; k++) Vector128.Create(a[k], b[k], c[k], d[k]).Store(panel + (k * width) + i);
        }
        for (; i < there; i++)
        {
            var a = from + ((long)i * step);
            for (var k = 0; k < depth; k++) panel[(k * width) + i] = a[k];
        }
    }
}
