using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>A matrix of floats. Columns are filled up with zeros to a whole number of blocks.</summary>
internal sealed unsafe class FloatPanels<TFormat>(int rows, int columns) : PanelStore(rows, columns, (long)PairsOf(columns) * TFormat.PairBytes)
    where TFormat : struct, IFloatFormat
{
    // The unrolled loops take 4 pairs at a time.
    private static int PairsOf(int columns) => (columns + 7) / 8 * 4;

    private int Pairs => PairsOf(Columns);

    // From one item of a batch to the next: rows that are powers of two apart would fall into the same few places of the first-level cache.
    private int Step => (2 * Pairs) + Panel.Rows;

    public override void PackRow(int row, ReadOnlySpan<byte> stored) => TFormat.Pack(stored, row % Panel.Rows, At(row / Panel.Rows));

    public override void ReadRow(int row, Span<float> into)
    {
        var panel = At(row / Panel.Rows);
        for (var i = 0; i < Columns; i++) into[i] = TFormat.Read(panel + (i / 2 * TFormat.PairBytes), row % Panel.Rows, i & 1);
    }

    public override void Multiply(float* x, float* y, long stride, int batch, WorkerPool pool)
    {
        var padded = (float*)pool.Lend((long)batch * Step * sizeof(float));
        var scale = new ScaleRows(x, padded, Columns, Step);
        pool.Run(batch, ref scale);
        if (!Avx2.IsSupported)
        {
            var portable = new PortablePieces(this, padded, y, stride, batch);
            pool.Run(Panels, ref portable);
        }
        else if (batch <= SmallBatch)
        {
            var pieces = Pieces.Split(Panels, pool.Threads);
            var small = new SmallPieces(this, padded, y, stride, batch, pieces);
            pool.Run(pieces, ref small);
        }
        else
        {
            var pieces = Pieces.SplitLarge(Panels);
            var large = new LargePieces(this, padded, y, stride, batch, pieces);
            pool.Run(pieces, ref large);
        }
    }

    private readonly struct ScaleRows(float* x, float* into, int columns, int padded) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var row = new Span<float>(into + ((long)piece * padded), padded);
            TensorPrimitives.Multiply(new ReadOnlySpan<float>(x + ((long)piece * columns), columns), TFormat.Factor, row);
            row[columns..].Clear();
        }
    }

    private readonly struct SmallPieces(FloatPanels<TFormat> panels, float* x, float* y, long stride, int batch, int pieces) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var local = stackalloc float[SmallBatch * Panel.Rows];
            var (from, to) = Pieces.Range(piece, pieces, panels.Panels);
            var pairs = panels.Pairs;
            var wide = stackalloc float[4 * Panel.Rows];
            for (; batch == 1 && from + 4 <= to; from += 4)
            {
                FloatGemv<TFormat>.FourPanels(panels.At(from), panels.At(from + 1) - panels.At(from), x, pairs, wide);
                for (var i = 0; i < 4; i++) panels.Scatter(from + i, wide + (i * Panel.Rows), 1, y + ((from + i) * Panel.Rows), stride);
            }
            for (var panel = from; panel < to; panel++)
            {
                var item = 0;
                for (; item + 4 <= batch; item += 4)
                    FloatGemv<TFormat>.FourVectors(panels.At(panel), x + ((long)item * panels.Step), panels.Step, pairs, local + (item * Panel.Rows), Panel.Rows);
                for (; item < batch; item++)
                    FloatGemv<TFormat>.One(panels.At(panel), x + ((long)item * panels.Step), pairs, local + (item * Panel.Rows));
                panels.Scatter(panel, local, batch, y + (panel * Panel.Rows), stride);
            }
        }
    }

    /// <summary>Some panels, two at a time, and all items. A last panel without a partner is its own.</summary>
    private readonly struct LargePieces(FloatPanels<TFormat> panels, float* x, float* y, long stride, int batch, int pieces) : IPieces
    {
        public void Do(int piece)
        {
            var (from, to) = Pieces.Range(piece, pieces, panels.Panels);
            for (; from < to; from += 2) Two(from, Math.Min(from + 1, to - 1));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Two(int left, int right)
        {
            var columns = panels.Pairs * 2;
            var w = (float*)ThreadScratch.Get(2L * columns * Panel.Rows * sizeof(float));
            var v = right == left ? w : w + ((long)columns * Panel.Rows);
            FloatGemv<TFormat>.Unpack(panels.At(left), panels.Pairs, w);
            if (right != left) FloatGemv<TFormat>.Unpack(panels.At(right), panels.Pairs, v);
            var local = stackalloc float[2 * FloatTile.Items * Panel.Rows];
            var local2 = local + (FloatTile.Items * Panel.Rows);
            for (var item = 0; item < batch; item += FloatTile.Items)
            {
                var items = Math.Min(FloatTile.Items, batch - item);
                var from = x + ((long)item * panels.Step);
                if (items == FloatTile.Items) FloatTile.Twelve(w, v, from, panels.Step, columns, local, local2, Panel.Rows);
                else Few(w, v, from, panels.Step, columns, items, local, local2);
                var into = y + (item * stride);
                panels.Scatter(left, local, items, into + (left * Panel.Rows), stride);
                if (right != left) panels.Scatter(right, local2, items, into + (right * Panel.Rows), stride);
            }
        }

        private static void Few(float* w, float* v, float* x, int step, int columns, int items, float* local, float* local2)
        {
            var item = 0;
            for (; item + 4 <= items; item += 4)
            {
                FloatGemv<F32Format>.FourVectors((byte*)w, x + ((long)item * step), step, columns / 2, local + (item * Panel.Rows), Panel.Rows);
                FloatGemv<F32Format>.FourVectors((byte*)v, x + ((long)item * step), step, columns / 2, local2 + (item * Panel.Rows), Panel.Rows);
            }
            for (; item < items; item++)
            {
                FloatGemv<F32Format>.One((byte*)w, x + ((long)item * step), columns / 2, local + (item * Panel.Rows));
                FloatGemv<F32Format>.One((byte*)v, x + ((long)item * step), columns / 2, local2 + (item * Panel.Rows));
            }
        }
    }

    /// <summary>One panel and all items, a block at a time.</summary>
    private readonly struct PortablePieces(FloatPanels<TFormat> panels, float* x, float* y, long stride, int batch) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int panel)
        {
            var weights = stackalloc float[Panel.Rows * Panel.BlockColumns];
            var sums = (float*)ThreadScratch.Get((long)batch * Panel.Rows * sizeof(float));
            new Span<float>(sums, batch * Panel.Rows).Clear();
            var columns = panels.Pairs * 2;
            for (var at = 0; at < columns; at += Panel.BlockColumns)
            {
                var length = Math.Min(Panel.BlockColumns, columns - at);
                for (var i = 0; i < length; i += 2)
                    TFormat.Unpack(panels.At(panel) + ((at + i) / 2 * TFormat.PairBytes), weights + (i * Panel.Rows));
                for (var item = 0; item < batch; item++)
                    PortableTile.Floats(weights, x + ((long)item * panels.Step) + at, length, sums + (item * Panel.Rows));
            }
            panels.Scatter(panel, sums, batch, y + (panel * Panel.Rows), stride);
        }
    }
}
