using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Causeway.Engine.Kernels.Panels;

/// <summary>A matrix of a block-quantised type: per panel first the integers of all its blocks, then their scales.</summary>
internal sealed unsafe class IntegerPanels<TFormat>(int rows, int columns) : PanelStore(rows, columns, WeightBytes(columns) + ScaleBytes(columns))
    where TFormat : struct, IBlockFormat
{
    private static long WeightBytes(int columns) => (long)Panel.Blocks(columns) * TFormat.WeightBytes;

    private static long ScaleBytes(int columns) =>
        ((((long)Panel.Blocks(columns) + TFormat.GroupBlocks - 1) / TFormat.GroupBlocks * TFormat.GroupBytes) + 63) / 64 * 64;

    private byte* Scales(int panel) => At(panel) + WeightBytes(Columns);

    public override void PackRow(int row, ReadOnlySpan<byte> stored) =>
        TFormat.Pack(stored, row % Panel.Rows, At(row / Panel.Rows), Scales(row / Panel.Rows));

    public override void ReadRow(int row, Span<float> into)
    {
        var integers = stackalloc short[Panel.Rows * Panel.BlockColumns];
        float* scale = stackalloc float[Panel.Rows], minimum = stackalloc float[Panel.Rows];
        new Span<float>(minimum, Panel.Rows).Clear();
        var lane = row % Panel.Rows;
        for (var block = 0; block < Panel.Blocks(Columns); block++)
        {
            Unpack(row / Panel.Rows, block, integers, scale, minimum);
            for (var i = 0; i < Panel.BlockColumns && (block * Panel.BlockColumns) + i < Columns; i++)
                into[(block * Panel.BlockColumns) + i] = (integers[(i / 2 * 32) + (lane * 2) + (i & 1)] * scale[lane]) - minimum[lane];
        }
    }

    public override void Multiply(float* x, float* y, long stride, int batch, WorkerPool pool)
    {
        var quantized = new QuantizedBatch(batch, Columns, pool);
        var quantize = new QuantizeRows(quantized, x, Columns);
        pool.Run(batch, ref quantize);
        if (!Panel.Wide)
        {
            var portable = new PortablePieces(this, quantized, y, stride);
            pool.Run(Panels, ref portable);
        }
        else if (batch <= SmallBatch)
        {
            var pieces = Pieces.Split(Panels, pool.Threads);
            var small = new SmallPieces(this, quantized, y, stride, pieces);
            pool.Run(pieces, ref small);
        }
        else
        {
            var large = new LargePieces(this, quantized, y, stride);
            pool.Run((Panels + 1) / 2, ref large);
        }
    }

    private void Unpack(int panel, int block, short* integers, float* scale, float* minimum) => TFormat.Unpack(
        At(panel) + (block * TFormat.WeightBytes), Scales(panel) + (block / TFormat.GroupBlocks * TFormat.GroupBytes), block % TFormat.GroupBlocks,
        integers, scale, minimum);

    private static long UnpackedBytes(int blocks) => (long)blocks * ((Panel.Rows * Panel.BlockColumns * sizeof(short)) + (2 * Panel.Rows * sizeof(float)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private UnpackedPanel UnpackWide(int panel, int blocks, byte* into)
    {
        var unpacked = new UnpackedPanel((short*)into, (float*)(into + (blocks * 1024)), TFormat.HasMinimum ? (float*)(into + (blocks * 1088)) : null);
        var weights = At(panel);
        for (var block = 0; block < blocks; block++)
        {
            var group = Scales(panel) + (block / TFormat.GroupBlocks * TFormat.GroupBytes);
            for (var line = 0; line < TFormat.WeightBytes; line += 64) Panel.Prefetch(weights + line);
            for (var pair = 0; pair < Panel.BlockPairs; pair++)
            {
                var integers = TFormat.Weights(weights, group, block % TFormat.GroupBlocks, pair) + Vector512.Create((short)TFormat.Offset);
                integers.Store(unpacked.Integers + (((block * Panel.BlockPairs) + pair) * 32));
            }
            TFormat.Scale(group, block % TFormat.GroupBlocks).Store(unpacked.Scales + (block * 16));
            if (TFormat.HasMinimum) TFormat.Minimum(group, block % TFormat.GroupBlocks).Store(unpacked.Minima + (block * 16));
            weights += TFormat.WeightBytes;
        }
        return unpacked;
    }

    private readonly struct QuantizeRows(QuantizedBatch batch, float* x, int columns) : IPieces
    {
        public void Do(int piece) => batch.Quantize(new ReadOnlySpan<float>(x + ((long)piece * columns), columns), piece);
    }

    private readonly struct SmallPieces(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride, int pieces) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var local = stackalloc float[SmallBatch * Panel.Rows];
            var (from, to) = Pieces.Range(piece, pieces, panels.Panels);
            for (var panel = from; panel < to; panel++)
            {
                var item = 0;
                for (; item + 4 <= x.Batch; item += 4)
                    IntegerGemv<TFormat>.Four(panels.At(panel), panels.Scales(panel), x, item, local + (item * Panel.Rows), Panel.Rows);
                for (; item < x.Batch; item++)
                    IntegerGemv<TFormat>.One(panels.At(panel), panels.Scales(panel), x, item, local + (item * Panel.Rows));
                panels.Scatter(panel, local, x.Batch, y + (panel * Panel.Rows), stride);
            }
        }
    }

    /// <summary>Two panels and all items. A last panel without a partner is its own.</summary>
    private readonly struct LargePieces(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var (left, right) = (2 * piece, Math.Min((2 * piece) + 1, panels.Panels - 1));
            var scratch = ThreadScratch.Get(2 * UnpackedBytes(x.Blocks));
            var p = panels.UnpackWide(left, x.Blocks, scratch);
            var q = right == left ? p : panels.UnpackWide(right, x.Blocks, scratch + UnpackedBytes(x.Blocks));
            var local = stackalloc float[2 * IntegerTile.Items * Panel.Rows];
            var local2 = local + (IntegerTile.Items * Panel.Rows);
            for (var item = 0; item < x.Batch; item += IntegerTile.Items)
            {
                var items = Math.Min(IntegerTile.Items, x.Batch - item);
                if (items == IntegerTile.Items) IntegerTile.Six(p, q, x, item, local, local2, Panel.Rows);
                for (var i = 0; items < IntegerTile.Items && i < items; i++)
                {
                    IntegerTile.One(p, x, item + i, local + (i * Panel.Rows));
                    IntegerTile.One(q, x, item + i, local2 + (i * Panel.Rows));
                }
                var into = y + (item * stride);
                panels.Scatter(left, local, items, into + (left * Panel.Rows), stride);
                if (right != left) panels.Scatter(right, local2, items, into + (right * Panel.Rows), stride);
            }
        }
    }

    /// <summary>One panel and all items, a block at a time.</summary>
    private readonly struct PortablePieces(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int panel)
        {
            var integers = stackalloc short[Panel.Rows * Panel.BlockColumns];
            float* scale = stackalloc float[Panel.Rows], minimum = stackalloc float[Panel.Rows];
            var sums = (float*)ThreadScratch.Get((long)x.Batch * Panel.Rows * sizeof(float));
            new Span<float>(sums, x.Batch * Panel.Rows).Clear();
            for (var block = 0; block < x.Blocks; block++)
            {
                panels.Unpack(panel, block, integers, scale, minimum);
                for (var item = 0; item < x.Batch; item++)
                {
                    var at = ((long)item * x.Blocks) + block;
                    var into = sums + (item * Panel.Rows);
                    PortableTile.Integers(integers, x.Integers + (at * Panel.BlockColumns), scale, x.Scales[at], into);
                    if (!TFormat.HasMinimum) continue;
                    var share = x.Scales[at] * x.Sums[at];
                    for (var row = 0; row < Panel.Rows; row++) into[row] -= minimum[row] * share;
                }
            }
            panels.Scatter(panel, sums, x.Batch, y + (panel * Panel.Rows), stride);
        }
    }
}
