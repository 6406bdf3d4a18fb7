using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels.Panels;

internal static class IntegerPanels
{
    /// <summary>Parts of a block that have scales, and so sums, of their own: of 32 columns or of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ScaledParts<TFormat>() where TFormat : struct, IBlockFormat => TFormat.Integers == BlockIntegers.Sixes ? 2 : 1;
}

/// <summary>A matrix of a block-quantised type.</summary>
internal sealed unsafe class IntegerPanels<TFormat>(int rows, int columns) : PanelStore(rows, columns, BlockLayout<TFormat>.PanelBytes(columns))
    where TFormat : struct, IBlockFormat
{
    // When so many rows of activations share a panel it is worth being dealt out in short pieces.
    private const int LargeBatch = 16;

    // Up to so many tiles the packed panel is read for each of them.
    private const int FewTiles = 4;

    // So many unpacked blocks are in the first-level cache together with the activations that stream by.
    private const int Depth = 32;

    public override void PackRow(int row, ReadOnlySpan<byte> stored) => TFormat.Pack(stored, row % Panel.Rows, At(row / Panel.Rows));

    public override void ReadRow(int row, Span<float> into)
    {
        var quads = stackalloc byte[Panel.Rows * Panel.BlockColumns];
        var panel = At(row / Panel.Rows);
        var lane = row % Panel.Rows;
        for (var at = 0; at < Panel.Blocks(Columns); at++)
        {
            var block = BlockLayout<TFormat>.Block(panel, at);
            PortableTile.Unpack<TFormat>(block, quads);
            var (scale0, scale1, minimum) = TFormat.Read(BlockLayout<TFormat>.Group(panel, at), block, lane);
            for (var i = 0; i < Panel.BlockColumns && (at * Panel.BlockColumns) + i < Columns; i++)
            {
                var integer = quads[(i / 4 * 64) + (lane * 4) + (i % 4)] + TFormat.Zero;
                into[(at * Panel.BlockColumns) + i] = (integer * (i < 16 ? scale0 : scale1)) - minimum;
            }
        }
    }

    public override void Multiply(float* x, float* y, long stride, int batch, WorkerPool pool)
    {
        var shorts = batch >= LargeBatch && TFormat.Integers == BlockIntegers.Bytes && Avx2.IsSupported && !AvxVnni.IsSupported;
        var quantized = new QuantizedBatch(batch, Columns, TFormat.Zero, IntegerPanels.ScaledParts<TFormat>(), !AvxVnni.IsSupported, pool, shorts);
        var quantize = new QuantizeTiles(quantized, x, Columns);
        pool.Run(quantized.AllTiles, ref quantize);
        if (!Avx2.IsSupported)
        {
            var portable = new PortablePieces(this, quantized, y, stride);
            pool.Run(Panels, ref portable);
            return;
        }
        var pieces = batch >= LargeBatch ? Pieces.SplitLarge(Panels) : Pieces.Split(Panels, pool.Threads);
        if (AvxVnni.IsSupported) Multiply<VnniProducts>(quantized, y, stride, pieces, pool);
        else if (TFormat.Integers == BlockIntegers.Bytes) Multiply<Avx2ByteProducts>(quantized, y, stride, pieces, pool);
        else Multiply<Avx2Products>(quantized, y, stride, pieces, pool);
    }

    private void Multiply<TProducts>(QuantizedBatch x, float* y, long stride, int pieces, WorkerPool pool) where TProducts : struct, IProducts
    {
        var work = new PanelPieces<TProducts>(this, x, y, stride, pieces);
        pool.Run(pieces, ref work);
    }

    private readonly struct QuantizeTiles(QuantizedBatch batch, float* x, int columns) : IPieces
    {
        public void Do(int piece) => batch.Quantize(x, columns, piece);
    }

    /// <summary>Some panels and all rows of activations.</summary>
    private readonly struct PanelPieces<TProducts>(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride, int pieces) : IPieces
        where TProducts : struct, IProducts
    {
        private const int TileFloats = QuantizedBatch.TileRows * Panel.Rows;

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
            var local = stackalloc float[FewTiles * TileFloats];
            if (x.Shorts || x.Tiles > FewTiles) Many(panel, at, into);
            else if (x.Tiles > 0)
            {
                new Span<float>(local, x.Tiles * TileFloats).Clear();
                PackedTile<TFormat, TProducts>.Some(at, x.Tile(0), x.Tiles, x.Blocks, local);
                panels.Scatter(panel, local, Math.Min(x.Batch, x.Tiles * QuantizedBatch.TileRows), into, stride);
            }
            if (!x.HasSingle) return;
            IntegerGemv<TFormat, TProducts>.One(at, x.Tile(x.Tiles), x.Blocks, local);
            panels.Scatter(panel, local, 1, into + ((x.Batch - 1) * stride), stride);
        }

        // A panel is unpacked for all tiles, some blocks at a time.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Many(int panel, byte* at, float* into)
        {
            var sums = (float*)ThreadScratch.Get(((long)x.Tiles * TileFloats * sizeof(float)) + ((long)Depth * UnpackedBytes));
            var unpacked = (byte*)(sums + ((long)x.Tiles * TileFloats));
            new Span<float>(sums, x.Tiles * TileFloats).Clear();
            for (var first = 0; first < x.Blocks; first += Depth)
            {
                var blocks = Math.Min(Depth, x.Blocks - first);
                var from = BlockLayout<TFormat>.Group(at, first);
                if (x.Shorts) ShortTile<TFormat>.Unpack(from, blocks, unpacked);
                else UnpackedPanel<TFormat>.Unpack(from, blocks, unpacked);
                var next = BlockLayout<TFormat>.Group(at, first + blocks);
                for (var tile = 0; tile < x.Tiles; tile++)
                {
                    Ahead(next, next - from, tile);
                    var record = x.Tile(tile, first);
                    if (x.Shorts) ShortTile<TFormat>.Four(unpacked, record, blocks, sums + (tile * TileFloats));
                    else IntegerTile<TFormat, TProducts>.Four(unpacked, record, blocks, sums + (tile * TileFloats));
                    // Each at its time: stores to so many pages are slow, but nothing waits for a few of them.
                    if (first + blocks == x.Blocks)
                        panels.Scatter(panel, sums + (tile * TileFloats), x.RowsOf(tile), into + (tile * QuantizedBatch.TileRows * stride), stride);
                }
            }
        }

        // What is unpacked next is asked for meanwhile, a share with each tile. It may be the next panel; what is behind the last one is ours too.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Ahead(byte* next, long bytes, int tile)
        {
            if (!Sse.IsSupported) return;
            for (var line = bytes * tile / x.Tiles / 64; line < bytes * (tile + 1) / x.Tiles / 64; line++) Sse.Prefetch1(next + (line * 64));
        }

        private int UnpackedBytes => x.Shorts ? ShortTile<TFormat>.BlockBytes : UnpackedPanel<TFormat>.BlockBytes;
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
