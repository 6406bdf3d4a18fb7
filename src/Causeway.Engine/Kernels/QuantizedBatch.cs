using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Activations as signed bytes with one scale per 32 of a row, for the integer kernels: what a processor multiplies fastest. An activation is off by
/// at most a 254th of its block's greatest. Four rows are a tile, and so are two or three that are left, together with what nobody reads: that
/// is as fast as they are one by one. One that is left is a tile of one. A tile is a record per block, so that a kernel reads one stream:
/// [8 quads of columns][rows] of four bytes, [rows] scales, [rows] shares, [zeros][rows] numbers of 32 bits.
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
        _start = pool.Lend(((long)Tiles * Blocks * _recordBytes) + (HasSingle ? (long)Blocks * RecordBytes(1, zeros) : 0));
    }

    /// <summary>A whole tile's records are [8 quads][columns 0 and 2, 1 and 3][rows] of two 16-bit numbers, then [rows] scales.</summary>
    public bool Shorts { get; }

    public int Batch { get; }
    public int Blocks { get; }

    /// <summary>Tiles of four rows.</summary>
    public int Tiles => (Batch + 2) / TileRows;

    /// <summary>The last row is a tile of its own, behind the others.</summary>
    public bool HasSingle => Batch % TileRows == 1;

    public int AllTiles => Tiles + (HasSingle ? 1 : 0);

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

    /// <summary>A tile's first block.</summary>
    public byte* Tile(int tile) => _start + ((long)tile * Blocks * _recordBytes);

    /// <summary>Another of its blocks.</summary>
    public byte* Tile(int tile, int block) => Tile(tile) + ((long)block * _recordBytes);

    /// <summary>Rows of a tile that are rows of the batch.</summary>
    public int RowsOf(int tile) => Math.Min(TileRows, Batch - (tile * TileRows));

    /// <summary>Quantises the rows of one of <see cref="AllTiles"/>.</summary>
    /// <param name="x">[batch, columns]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Quantize(float* x, int columns, int tile)
    {
        var (rows, whole) = (RowsOf(tile), tile < Tiles);
        var padded = stackalloc float[TileRows * Panel.BlockColumns];
        var record = Tile(tile);
        for (var block = 0; block < Blocks; block++)
        {
            var from = x + ((long)tile * TileRows * columns) + (block * Panel.BlockColumns);
            var (stride, count) = (columns, Math.Min(Panel.BlockColumns, columns - (block * Panel.BlockColumns)));
            if (count < Panel.BlockColumns)
            {
                new Span<float>(padded, rows * Panel.BlockColumns).Clear();
                for (var row = 0; row < rows; row++)
                    new ReadOnlySpan<float>(from + ((long)row * columns), count).CopyTo(new Span<float>(padded + (row * Panel.BlockColumns), count));
                from = padded;
                stride = Panel.BlockColumns;
            }
            if (!Avx2.IsSupported)
                for (var row = 0; row < rows; row++) BlockPortable(from + ((long)row * stride), record, whole ? TileRows : 1, row);
            // In place of a row that is not there the last one stands once more.
            else if (whole) FourRows(from, from + stride, from + ((long)stride * Math.Min(2, rows - 1)), from + ((long)stride * (rows - 1)), record);
            else OneRow(from, record);
            record += whole ? _recordBytes : RecordBytes(1, _zeros);
        }
    }

    // Below 1e-30 a reciprocal may be infinite; such numbers add nothing to any sum of floats that matters.
    private static Vector128<float> Inverse(Vector128<float> greatest) =>
        Vector128.GreaterThan(greatest, Vector128.Create(1e-30f)) & (Vector128.Create(Greatest) / greatest);

    // Optimised by itself, as is the next: inlined it would be beyond what the compiler puts into one method, and parts of it would start unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void OneRow(float* from, byte* record)
    {
        var most = Most(from);
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create(2, 3, 0, 1)));
        var greatest = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create(1, 0, 3, 2))).AsSingle();
        var quads = Avx2.PermuteVar8x32(Quads(from, Inverse(greatest)[0]), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
        quads.Store((int*)record);
        // Sums over two columns each, then over each part's even and odd pairs of them.
        var twos = Twos(quads);
        var eights = twos + Avx2.Shuffle(twos.AsInt32(), 0b10_11_00_01).AsInt16();
        var halves = eights + Avx2.Shuffle(eights.AsInt32(), 0b01_00_11_10).AsInt16();
        var (part0, part1) = (halves.GetLower(), halves.GetUpper());
        var scale = greatest / Greatest;
        *Scales(record, 1) = scale[0];
        *Shares(record, 1) = (-scale * Vector128.ConvertToSingle(Total(part0 + part1)))[0];
        var zeros = Zeros(record, 1);
        if (_zeros == 1) zeros[0] = Start(part0 + part1)[0];
        else (zeros[0], zeros[1]) = (Start(part0)[0], Start(part1)[0]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void FourRows(float* x0, float* x1, float* x2, float* x3, byte* record)
    {
        var (r0, r1, r2, r3) = (Most(x0), Most(x1), Most(x2), Most(x3));
        var r01 = Vector128.Max(Sse2.UnpackLow(r0, r1), Sse2.UnpackHigh(r0, r1)).AsInt64();
        var r23 = Vector128.Max(Sse2.UnpackLow(r2, r3), Sse2.UnpackHigh(r2, r3)).AsInt64();
        var greatest = Vector128.Max(Sse2.UnpackLow(r01, r23).AsInt32(), Sse2.UnpackHigh(r01, r23).AsInt32()).AsSingle();
        var (inverse, scale) = (Inverse(greatest), greatest / Greatest);
        var (q0, q1) = (Quads(x0, inverse[0]), Quads(x1, inverse[1]));
        var (q2, q3) = (Quads(x2, inverse[2]), Quads(x3, inverse[3]));
        // Rows of quads become quads of rows; the halves' order comes out right.
        var (low01, low23) = (Avx2.UnpackLow(q0, q1).AsInt64(), Avx2.UnpackLow(q2, q3).AsInt64());
        var (high01, high23) = (Avx2.UnpackHigh(q0, q1).AsInt64(), Avx2.UnpackHigh(q2, q3).AsInt64());
        var (a, b) = (Avx2.UnpackLow(low01, low23).AsInt32(), Avx2.UnpackHigh(low01, low23).AsInt32());
        var (c, d) = (Avx2.UnpackLow(high01, high23).AsInt32(), Avx2.UnpackHigh(high01, high23).AsInt32());
        if (Shorts)
        {
            Widen(a, (int*)record);
            Widen(b, (int*)record + 16);
            Widen(c, (int*)record + 32);
            Widen(d, (int*)record + 48);
            scale.Store((float*)record + 64);
            return;
        }
        a.Store((int*)record);
        b.Store((int*)record + 8);
        c.Store((int*)record + 16);
        d.Store((int*)record + 24);
        var (first, second) = (Twos(a) + Twos(b), Twos(c) + Twos(d));
        var (part0, part1) = (first.GetLower() + first.GetUpper(), second.GetLower() + second.GetUpper());
        scale.Store(Scales(record, TileRows));
        (-scale * Vector128.ConvertToSingle(Total(part0 + part1))).Store(Shares(record, TileRows));
        var zeros = Zeros(record, TileRows);
        Start(_zeros == 1 ? part0 + part1 : part0).Store(zeros);
        if (_zeros == 2) Start(part1).Store(zeros + TileRows);
    }

    // The greatest magnitudes of a block's columns in four groups, as bits: in that order a NaN is the greatest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Most(float* from)
    {
        Vector256<int> a = Vector256.Load((int*)from), b = Vector256.Load((int*)from + 8), c = Vector256.Load((int*)from + 16), d = Vector256.Load((int*)from + 24);
        var mask = Vector256.Create(int.MaxValue);
        var most = Vector256.Max(Vector256.Max(a & mask, b & mask), Vector256.Max(c & mask, d & mask));
        return Vector128.Max(most.GetLower(), most.GetUpper());
    }

    // A block's bytes: quads 0, 2, 4, 6, 1, 3, 5, 7, because packing works on halves of vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Quads(float* from, float inverse)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + 8), c = Vector256.Load(from + 16), d = Vector256.Load(from + 24);
        var ab = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(a * inverse), Avx.ConvertToVector256Int32(b * inverse));
        var cd = Avx2.PackSignedSaturate(Avx.ConvertToVector256Int32(c * inverse), Avx.ConvertToVector256Int32(d * inverse));
        return Avx2.PackSignedSaturate(ab, cd).AsInt32();
    }

    // [2 quads][4 rows]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(Vector256<int> quads, int* into)
    {
        var (even, odd) = ((quads.AsInt16() << 8) >> 8, quads.AsInt16() >> 8);
        even.GetLower().AsInt32().Store(into);
        odd.GetLower().AsInt32().Store(into + 4);
        even.GetUpper().AsInt32().Store(into + 8);
        odd.GetUpper().AsInt32().Store(into + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Twos(Vector256<int> quads) => Avx2.MultiplyAddAdjacent(Vector256.Create((byte)1), quads.AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Total(Vector128<short> pairs) => Sse2.MultiplyAddAdjacent(pairs, Vector128<short>.One);

    // Of pairs of sums.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<int> Start(Vector128<short> pairs) =>
        _pairs ? (pairs * (short)_zero).AsInt32() : (Total(pairs) * _zero) + Vector128.Create(VnniProducts.Offset);

    // Without zeros: PortableTile adds them to the weights.
    private static void BlockPortable(float* from, byte* record, int rows, int row)
    {
        var greatest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(new ReadOnlySpan<float>(from, Panel.BlockColumns)));
        var (inverse, scale, total) = (Inverse(Vector128.CreateScalar(greatest))[0], greatest / Greatest, 0);
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
