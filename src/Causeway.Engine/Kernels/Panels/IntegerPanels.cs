using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

internal static class IntegerPanels
{
    /// <summary>Zero pairs of a block of activations, see <see cref="QuantizedBatch"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ZeroPairs<TFormat>() where TFormat : struct, IBlockFormat => TFormat.Integers == BlockIntegers.Sixes ? 4 : 1;
}

/// <summary>A matrix of a block-quantised type.</summary>
internal sealed unsafe class IntegerPanels<TFormat>(int rows, int columns) : PanelStore(rows, columns, BlockLayout<TFormat>.PanelBytes(columns))
    where TFormat : struct, IBlockFormat
{
    // When so many rows of activations share a panel it is worth being dealt out in short pieces.
    private const int LargeBatch = 16;

    public override void PackRow(int row, ReadOnlySpan<byte> stored) => TFormat.Pack(stored, row % Panel.Rows, At(row / Panel.Rows));

    public override void ReadRow(int row, Span<float> into)
    {
        var quads = stackalloc sbyte[Panel.Rows * Panel.BlockColumns];
        var panel = At(row / Panel.Rows);
        var lane = row % Panel.Rows;
        for (var at = 0; at < Panel.Blocks(Columns); at++)
        {
            var block = BlockLayout<TFormat>.Block(panel, at);
            PortableTile.Unpack<TFormat>(block, quads);
            var (scale, minimum, factor0, factor1) = TFormat.Read(BlockLayout<TFormat>.Group(panel, at), block, lane);
            for (var i = 0; i < Panel.BlockColumns && (at * Panel.BlockColumns) + i < Columns; i++)
            {
                var integer = quads[(i / 4 * 64) + (lane * 4) + (i % 4)] + TFormat.Zero;
                into[(at * Panel.BlockColumns) + i] = (integer * (i < 16 ? factor0 : factor1) * scale) - minimum;
            }
        }
    }

    public override void Multiply(float* x, float* y, long stride, int batch, WorkerPool pool)
    {
        var shorts = batch >= LargeBatch && TFormat.Integers == BlockIntegers.Signed && Avx2.IsSupported && !AvxVnni.IsSupported;
        var quantized = new QuantizedBatch(batch, Columns, TFormat.Zero, IntegerPanels.ZeroPairs<TFormat>(), pool, shorts);
        var quantize = new QuantizeTiles(quantized, x, Columns);
        pool.Run(quantized.AllTiles, ref quantize);
        if (!Avx2.IsSupported)
        {
            var portable = new PortablePieces(this, quantized, y, stride);
            pool.Run(Panels, ref portable);
            return;
        }
        var pieces = batch >= LargeBatch ? Pieces.SplitLarge(Panels) : Pieces.Split(Panels, pool.Threads);
        if (AvxVnni.IsSupported)
        {
            var work = new PanelPieces<VnniProducts>(this, quantized, y, stride, pieces);
            pool.Run(pieces, ref work);
        }
        else
        {
            var work = new PanelPieces<Avx2Products>(this, quantized, y, stride, pieces);
            pool.Run(pieces, ref work);
        }
    }

    private readonly struct QuantizeTiles(QuantizedBatch batch, float* x, int columns) : IPieces
    {
        public void Do(int piece) => batch.Quantize(x, columns, piece);
    }

    /// <summary>Some panels and all rows of activations.</summary>
    private readonly struct PanelPieces<TProducts>(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride, int pieces) : IPieces
        where TProducts : struct, IProducts
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var (from, to) = Pieces.Range(piece, pieces, panels.Panels);
            for (var panel = from; panel < to; panel++) One(panel);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void One(int panel)
        {
            var at = panels.At(panel);
            var into = y + (panel * Panel.Rows);
            var local = stackalloc float[QuantizedBatch.TileRows * Panel.Rows];
            var unpacked = x.Tiles > 1 ? Unpack(at) : null;
            for (var tile = 0; tile < x.Tiles; tile++)
            {
                if (unpacked is null) PackedTile<TFormat, TProducts>.Four(at, x.Tile(tile), x.Blocks, local);
                else if (x.Shorts) ShortTile<TFormat>.Four(unpacked, x.Tile(tile), x.Blocks, local);
                else IntegerTile<TFormat, TProducts>.Four(unpacked, x.Tile(tile), x.Blocks, local, panels.At(panel + 1));
                panels.Scatter(panel, local, QuantizedBatch.TileRows, into + (tile * QuantizedBatch.TileRows * stride), stride);
            }
            for (var row = x.Tiles * QuantizedBatch.TileRows; row < x.Batch; row++)
            {
                IntegerGemv<TFormat, TProducts>.One(at, x.Single(row), x.Blocks, local);
                panels.Scatter(panel, local, 1, into + (row * stride), stride);
            }
        }

        private byte* Unpack(byte* panel)
        {
            var unpacked = ThreadScratch.Get((long)x.Blocks * (x.Shorts ? ShortTile<TFormat>.BlockBytes : UnpackedPanel<TFormat>.BlockBytes));
            if (x.Shorts) ShortTile<TFormat>.Unpack(panel, x.Blocks, unpacked);
            else UnpackedPanel<TFormat>.Unpack(panel, x.Blocks, unpacked);
            return unpacked;
        }
    }

    /// <summary>One panel and all rows of activations, a block at a time.</summary>
    private readonly struct PortablePieces(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int panel)
        {
            var sums = (float*)ThreadScratch.Get((long)x.Batch * Panel.Rows * sizeof(float));
            new Span<float>(sums, x.Batch * Panel.Rows).Clear();
            for (var block = 0; block < x.Blocks; block++) PortableTile.Block<TFormat>(panels.At(panel), block, x, sums);
            panels.Scatter(panel, sums, x.Batch, y + (panel * Panel.Rows), stride);
        }
    }
}
