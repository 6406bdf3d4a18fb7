using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Activations as signed bytes with one scale per 32 of a row, for the integer kernels: what a processor multiplies fastest. An activation is off by
/// at most a 254th of its block's greatest. Four rows at a time are a tile, the rest are tiles of one; a tile is a record per block, so that a kernel
/// reads one stream: [8 quads of columns][rows] of four bytes, [rows] scales, [rows] shares, [zeros][rows] numbers of 32 bits.
/// A view of memory that the pool lends for one multiplication.
/// </summary>
internal readonly unsafe struct QuantizedBatch
{
    /// <summary>Rows of a whole tile.</summary>
    public const int TileRows = 4;

    private const float Greatest = 127;

    private readonly byte* _start;
    private readonly int _zero;
    private readonly int _zeros;
    private readonly bool _pairs;
    private readonly int _recordBytes;

    /// <param name="zero">What is to be added to the weights' integers, of which the zeros take care.</param>
    /// <param name="zeros">1: one for the block; 2: one for each 16 columns.</param>
    /// <param name="pairs"><see cref="IProducts.Pairs"/></param>
    /// <param name="shorts">Whole tiles are for <see cref="ShortTile{TFormat}"/>.</param>
    public QuantizedBatch(int batch, int columns, int zero, int zeros, bool pairs, WorkerPool pool, bool shorts = false)
    {
        (Batch, Blocks, Shorts, _zero, _zeros, _pairs) = (batch, Panel.Blocks(columns), shorts, zero, zeros, pairs);
        _recordBytes = shorts ? ShortRecordBytes : RecordBytes(TileRows, zeros);
        _start = pool.Lend(((long)Tiles * Blocks * _recordBytes) + ((long)batch % TileRows * Blocks * RecordBytes(1, zeros)));
    }

    /// <summary>A whole tile's records are [8 quads][columns 0 and 2, 1 and 3][rows] of two 16-bit numbers, then [rows] scales.</summary>
    public bool Shorts { get; }

    public int Batch { get; }
    public int Blocks { get; }

    /// <summary>Whole tiles.</summary>
    public int Tiles => Batch / TileRows;

    /// <summary>Whole tiles and tiles of one row.</summary>
    public int AllTiles => Tiles + (Batch % TileRows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RecordBytes(int rows, int zeros) => rows * (40 + (4 * zeros));

    public const int ShortRecordBytes = TileRows * 68;

    /// <summary>Where a block's scales are: its weights' integers times the scale is what is meant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Scales(byte* record, int rows) => (float*)(record + (32 * rows));

    /// <summary>Minus the sum of a row's block: what a minimum is multiplied with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float* Shares(byte* record, int rows) => (float*)(record + (36 * rows));

    /// <summary>
    /// What a sum of products starts with: the sum over its columns times the weights' zero, plus <see cref="VnniProducts.Offset"/>, or a pair of 16-bit
    /// numbers, the sums over even and odd pairs of columns times the zero.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int* Zeros(byte* record, int rows) => (int*)(record + (40 * rows));

    /// <summary>The first block of a whole tile.</summary>
    public byte* Tile(int tile) => _start + ((long)tile * Blocks * _recordBytes);

    /// <summary>Another of its blocks.</summary>
    public byte* Tile(int tile, int block) => Tile(tile) + ((long)block * _recordBytes);

    /// <summary>The first block of a row that is no part of a whole tile.</summary>
    public byte* Single(int row) => Tile(Tiles) + ((long)(row - (Tiles * TileRows)) * Blocks * RecordBytes(1, _zeros));

    /// <summary>Quantises the rows of one of <see cref="AllTiles"/>.</summary>
    /// <param name="x">[batch, columns]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Quantize(float* x, int columns, int tile)
    {
        var whole = tile < Tiles;
        var (first, rows) = whole ? (tile * TileRows, TileRows) : ((Tiles * TileRows) + tile - Tiles, 1);
        var padded = stackalloc float[Panel.BlockColumns];
        for (var row = 0; row < rows; row++)
        {
            var numbers = x + ((long)(first + row) * columns);
            var record = whole ? Tile(tile) : Single(first);
            for (var block = 0; block < Blocks; block++)
            {
                var from = numbers + (block * Panel.BlockColumns);
                var count = Math.Min(Panel.BlockColumns, columns - (block * Panel.BlockColumns));
                if (count < Panel.BlockColumns)
                {
                    new Span<float>(padded, Panel.BlockColumns).Clear();
                    new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(padded, Panel.BlockColumns));
                    from = padded;
                }
                if (Avx2.IsSupported) Block256(from, record, rows, row);
                else BlockPortable(from, record, rows, row);
                record += whole ? _recordBytes : RecordBytes(1, _zeros);
            }
        }
    }

    // Below 1e-30 a reciprocal may be infinite; such numbers add nothing to any sum of floats that matters.
    private static float Inverse(float greatest) => greatest > 1e-30f ? Greatest / greatest : 0;

    // Optimised by itself: inlined it would be beyond what the compiler puts into one method, and parts of it would start unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Block256(float* from, byte* record, int rows, int row)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + 8), c = Vector256.Load(from + 16), d = Vector256.Load(from + 24);
        var most = Vector256.Max(Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)));
        var four = Vector128.Max(most.GetLower(), most.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        var greatest = MathF.Max(four[0], four[1]);
        var inverse = Inverse(greatest);
        var ab = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(a * inverse), Avx.ConvertToVector256Int32(b * inverse));
        var cd = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(c * inverse), Avx.ConvertToVector256Int32(d * inverse));
        // Packing works on halves of vectors; what comes out is put in order, four bytes at a time.
        var bytes = Avx2.PermuteVar8x32(Avx2.PackSignedSaturate(ab, cd).AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
        var scale = greatest / Greatest;
        if (Shorts && rows == TileRows)
        {
            Put((bytes.AsInt16() << 8) >> 8, (int*)record + row, 2 * rows);
            Put(bytes.AsInt16() >> 8, (int*)record + rows + row, 2 * rows);
            ((float*)record)[(16 * rows) + row] = scale;
            return;
        }
        Put(bytes.AsInt16(), (int*)record + row, rows);
        // Sums over two columns each, then over each part's even and odd pairs of them.
        var twos = Avx2.MultiplyAddAdjacent(Vector256.Create((byte)1), bytes.AsSByte());
        var eights = twos + Avx2.Shuffle(twos.AsInt32(), 0b10_11_00_01).AsInt16();
        var halves = eights + Avx2.Shuffle(eights.AsInt32(), 0b01_00_11_10).AsInt16();
        var (part0, part1) = (halves.GetLower(), halves.GetUpper());
        var block = part0 + part1;
        Scales(record, rows)[row] = scale;
        Shares(record, rows)[row] = -scale * (block[0] + block[1]);
        var zeros = Zeros(record, rows) + row;
        if (_zeros == 1)
        {
            zeros[0] = Start(block);
            return;
        }
        (zeros[0], zeros[rows]) = (Start(part0), Start(part1));
    }

    // Of a pair of sums.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(Vector128<short> sums) =>
        _pairs ? (sums * (short)_zero).AsInt32()[0] : ((sums[0] + sums[1]) * _zero) + VnniProducts.Offset;

    // Elements by name: by a variable they would go through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<short> quads, int* into, int step)
    {
        var (low, high) = (quads.GetLower().AsInt32(), quads.GetUpper().AsInt32());
        (into[0], into[step], into[2 * step], into[3 * step]) = (low[0], low[1], low[2], low[3]);
        (into[4 * step], into[5 * step], into[6 * step], into[7 * step]) = (high[0], high[1], high[2], high[3]);
    }

    // Without zeros: PortableTile adds them to the weights.
    private static void BlockPortable(float* from, byte* record, int rows, int row)
    {
        var greatest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(new ReadOnlySpan<float>(from, Panel.BlockColumns)));
        var (inverse, scale, total) = (Inverse(greatest), greatest / Greatest, 0);
        for (var i = 0; i < Panel.BlockColumns; i++)
        {
            var integer = (sbyte)MathF.Round(from[i] * inverse);
            ((sbyte*)record)[(i / 4 * 4 * rows) + (row * 4) + (i % 4)] = integer;
            total += integer;
        }
        Scales(record, rows)[row] = scale;
        Shares(record, rows)[row] = -scale * total;
    }
}
