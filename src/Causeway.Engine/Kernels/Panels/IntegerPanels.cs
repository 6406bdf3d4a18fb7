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

    /// <summary>Many rows of activations are multiplied by <see cref="WideTile{TFormat}"/>, unless with bytes.</summary>
    public bool Wide { get; init; } = Panel.WideIntegers;

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
        var wide = Wide && TFormat.Integers != BlockIntegers.Bytes && batch > FewTiles * QuantizedBatch.TileRows + 1;
        var shorts = batch >= LargeBatch && TFormat.Integers == BlockIntegers.Bytes && Avx2.IsSupported && !AvxVnni.IsSupported;
        var vnni = AvxVnni.IsSupported && !wide;
        var quantized = new QuantizedBatch(batch, Columns, TFormat.Zero, IntegerPanels.ScaledParts<TFormat>(), !vnni, pool, shorts);
        var quantize = new QuantizeTiles(quantized, x, Columns);
        pool.Run(quantized.AllTiles, ref quantize);
        if (!Avx2.IsSupported)
        {
            var portable = new PortablePieces(this, quantized, y, stride);
            pool.Run(Panels, ref portable);
            return;
        }
        var pieces = batch >= LargeBatch ? Pieces.SplitLarge(Panels, pool.Threads) : Pieces.Split(Panels, pool.Threads);
        if (vnni) Multiply<VnniProducts>(quantized, y, stride, pieces, 1, pool);
        else if (TFormat.Integers == BlockIntegers.Bytes) Multiply<Avx2ByteProducts>(quantized, y, stride, pieces, 1, pool);
        else Multiply<Avx2Products>(quantized, y, stride, pieces, wide ? 2 : 1, pool);
    }

    private void Multiply<TProducts>(QuantizedBatch x, float* y, long stride, Pieces pieces, int together, WorkerPool pool) where TProducts : struct, IProducts
    {
        var work = new PanelPieces<TProducts>(this, x, y, stride, pieces, together);
        pool.Run(pieces.Count, ref work);
    }

    private readonly struct QuantizeTiles(QuantizedBatch batch, float* x, int columns) : IPieces
    {
        public void Do(int piece) => batch.Quantize(x, columns, piece);
    }

    /// <summary>Some panels and all rows of activations.</summary>
    /// <param name="together">Panels that are unpacked at once and share the reading of activations: 2 with <see cref="WideTile{TFormat}"/>, else 1.</param>
    private readonly struct PanelPieces<TProducts>(IntegerPanels<TFormat> panels, QuantizedBatch x, float* y, long stride, Pieces pieces, int together) : IPieces
        where TProducts : struct, IProducts
    {
        private const int TileFloats = QuantizedBatch.TileRows * Panel.Rows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var (from, to) = pieces.Range(piece);
            var many = x.Shorts || x.Tiles > FewTiles;
            for (var panel = from; many && panel < to; panel += together) Many(panel, Math.Min(together, to - panel));
            for (var panel = from; panel < to; panel++) Few(panel, many ? 0 : x.Tiles);
        }

        // Some tiles and the row that is a tile of its own.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Few(int panel, int tiles)
        {
            var at = panels.At(panel);
            var into = y + (panel * Panel.Rows);
            var local = stackalloc float[FewTiles * TileFloats];
            if (tiles > 0)
            {
                new Span<float>(local, tiles * TileFloats).Clear();
                PackedTile<TFormat, TProducts>.Some(at, x.Tile(0), tiles, x.Blocks, local);
                panels.Scatter(panel, local, Math.Min(x.Batch, tiles * QuantizedBatch.TileRows), into, stride);
            }
            if (!x.HasSingle) return;
            IntegerGemv<TFormat, TProducts>.One(at, x.Tile(x.Tiles), x.Blocks, local);
            panels.Scatter(panel, local, 1, into + ((x.Batch - 1) * stride), stride);
        }

        // One or two panels are unpacked for all tiles, some blocks at a time.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Many(int panel, int count)
        {
            var depth = Depth / together;
            var (length, size) = (x.Tiles * TileFloats, depth * UnpackedBytes);
            var sums = (float*)ThreadScratch.Get(count * (((long)length * sizeof(float)) + size));
            var unpacked = (byte*)(sums + (count * (long)length));
            new Span<float>(sums, count * length).Clear();
            // A whole depth's cache lines, shared out between the tiles.
            var lines = (int)((BlockLayout<TFormat>.Group(null, depth) - (byte*)null) / 64 / x.Tiles) + 1;
            for (var first = 0; first < x.Blocks; first += depth)
            {
                var blocks = Math.Min(depth, x.Blocks - first);
                for (var i = 0; i < count; i++) Unpack(BlockLayout<TFormat>.Group(panels.At(panel + i), first), blocks, unpacked + (i * size));
                for (var tile = 0; tile < x.Tiles; tile++)
                {
                    for (var i = 0; i < count; i++) Ahead(panel + i, first, blocks, tile, lines);
                    var of = sums + (tile * TileFloats);
                    // A panel without a partner is its own.
                    if (together == 2) WideTile<TFormat>.Four(unpacked, unpacked + ((count - 1) * size), x.Tile(tile, first), blocks, of, of + ((count - 1) * length));
                    else if (x.Shorts) ShortTile<TFormat>.Four(unpacked, x.Tile(tile, first), blocks, of);
                    else IntegerTile<TFormat, TProducts>.Four(unpacked, x.Tile(tile, first), blocks, of);
                    if (first + blocks < x.Blocks) continue;
                    // Each at its time: stores to so many pages are slow, but nothing waits for a few of them.
                    var into = y + (panel * Panel.Rows) + (tile * QuantizedBatch.TileRows * stride);
                    for (var i = 0; i < count; i++) panels.Scatter(panel + i, of + (i * length), x.RowsOf(tile), into + (i * Panel.Rows), stride);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Unpack(byte* from, int blocks, byte* into)
        {
            if (x.Shorts) ShortTile<TFormat>.Unpack(from, blocks, into);
            else UnpackedPanel<TFormat>.Unpack(from, blocks, into);
        }

        // What is unpacked next is asked for meanwhile, a share with each tile. It may be of a later panel; nothing happens if that is not there.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Ahead(int panel, int first, int blocks, int tile, int lines)
        {
            if (!Sse.IsSupported) return;
            var next = first + blocks < x.Blocks ? BlockLayout<TFormat>.Group(panels.At(panel), first + blocks) : panels.At(panel + together);
            next += (long)tile * lines * 64;
            for (var line = 0; line < lines; line++) Sse.Prefetch1(next + (line * 64));
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
