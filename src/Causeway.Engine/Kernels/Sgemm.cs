using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Products of row-major matrices of 32-bit floats, for training. Both operands are packed into panels of the tile's height and width, a block of the inner
/// dimension at a time, so that the tile reads memory in order (Goto and van de Geijn 2008). The same sums in the same order for any number of threads.
/// </summary>
internal static unsafe class Sgemm
{
    /// <summary>Longest inner length of a block: a panel of the right operand fills a first-level cache of 32 KiB, those of the left come from the second.</summary>
    private const int BlockInner = 256;

    /// <summary>Rows and columns of a piece of work, in panels.</summary>
    private const int PieceRows = 12;
    private const int PieceColumns = 16;

    [ThreadStatic]
    private static float[]? _left;

    [ThreadStatic]
    private static float[]? _right;

    /// <summary>c[m, n] = a · b, or c += a · b, on all cores. The operands may be transposed views of what is stored.</summary>
    /// <param name="a">[m, k]</param>
    /// <param name="b">[k, n]</param>
    /// <param name="c">[m, n], not transposed.</param>
    public static void Multiply(in MatrixView a, in MatrixView b, in MatrixView c, bool add) => Multiply(a, b, c, add, alone: false);

    /// <summary>The same on the calling thread alone: for many small products side by side.</summary>
    public static void MultiplyAlone(in MatrixView a, in MatrixView b, in MatrixView c, bool add) => Multiply(a, b, c, add, alone: true);

    private static void Multiply(in MatrixView a, in MatrixView b, in MatrixView c, bool add, bool alone)
    {
        if (a.Columns != b.Rows || c.Rows != a.Rows || c.Columns != b.Columns || c.Shape.ColumnStep != 1)
            throw new ArgumentException($"[{a.Rows}, {a.Columns}] times [{b.Rows}, {b.Columns}] is no [{c.Rows}, {c.Columns}].");
        var tile = SgemmTile.Best;
        var k = a.Columns;
        var (rowPanels, columnPanels) = (Panels(a.Rows, tile.Rows), Panels(b.Columns, tile.Columns));
        var blocks = Math.Max(1, Panels(k, BlockInner));
        var depth = Panels(k, blocks);
        var left = Workspace(ref _left, checked(rowPanels * tile.Rows * depth));
        var right = Workspace(ref _right, checked(columnPanels * tile.Columns * depth));
        fixed (float* leftStart = left, rightStart = right, aData = a.Data, bData = b.Data, cData = c.Data)
        {
            var product = new Product
            {
                Tile = tile, A = aData + a.Start, B = bData + b.Start, C = cData + c.Start, AView = a.Shape, BView = b.Shape, Stride = c.Shape.RowStep,
                Left = Aligned(leftStart), Right = Aligned(rightStart), RowPanels = rowPanels, ColumnPanels = columnPanels, Alone = alone,
            };
            for (var at = 0; at < k; at += depth) product.Block(at, Math.Min(depth, k - at), add || at > 0);
        }
    }

    private static int Panels(int length, int size) => (length + size - 1) / size;

    private static float[] Workspace(ref float[]? kept, int length)
    {
        const int Alignment = 16;
        if (kept is null || kept.Length < length + Alignment) kept = GC.AllocateUninitializedArray<float>(length + Alignment, pinned: true);
        return kept;
    }

    private static float* Aligned(float* pointer) => (float*)(((nuint)pointer + 63) & ~(nuint)63);

    /// <summary>One product in progress. Pointers are valid while the product runs, which waits for every piece.</summary>
    private sealed class Product
    {
        public required SgemmTile Tile { get; init; }
        public required float* A { get; init; }
        public required float* B { get; init; }
        public required float* C { get; init; }
        public required MatrixShape AView { get; init; }
        public required MatrixShape BView { get; init; }
        public required float* Left { get; init; }
        public required float* Right { get; init; }
        public required int Stride { get; init; }
        public required bool Alone { get; init; }
        public required int RowPanels { get; init; }
        public required int ColumnPanels { get; init; }

        public void Block(int at, int depth, bool add)
        {
            ForEach(RowPanels + ColumnPanels, panel =>
            {
                if (panel < RowPanels) SgemmPacking.Pack(A, AView.Transposed, at, depth, panel * Tile.Rows, Tile.Rows, Left + (panel * Tile.Rows * depth));
                else SgemmPacking.Pack(B, BView, at, depth, (panel - RowPanels) * Tile.Columns, Tile.Columns, Right + ((panel - RowPanels) * Tile.Columns * depth));
            });
            var across = Panels(ColumnPanels, PieceColumns);
            ForEach(Panels(RowPanels, PieceRows) * across, piece =>
            {
                var (down, right) = Math.DivRem(piece, across);
                Piece(down * PieceRows, right * PieceColumns, depth, add);
            });
        }

        private void ForEach(int count, Action<int> piece)
        {
            if (!Alone && count > 1) Parallel.For(0, count, LoopThreads.OfCaller, piece);
            else for (var i = 0; i < count; i++) piece(i);
        }

        private void Piece(int row, int column, int depth, bool add)
        {
            for (var j = column; j < Math.Min(column + PieceColumns, ColumnPanels); j++)
                for (var i = row; i < Math.Min(row + PieceRows, RowPanels); i++)
                    OneTile(i, j, depth, add);
        }

        private void OneTile(int i, int j, int depth, bool add)
        {
            var (m, n) = (AView.Rows, BView.Columns);
            var left = Left + (i * Tile.Rows * depth);
            var right = Right + (j * Tile.Columns * depth);
            var c = C + ((long)i * Tile.Rows * Stride) + (j * Tile.Columns);
            var (rows, columns) = (Math.Min(Tile.Rows, m - (i * Tile.Rows)), Math.Min(Tile.Columns, n - (j * Tile.Columns)));
            if (rows == Tile.Rows && columns == Tile.Columns) Tile.Run(left, right, depth, c, Stride, add);
            else EdgeTile(left, right, depth, c, rows, columns, add);
        }

        [SkipLocalsInit]
        private void EdgeTile(float* left, float* right, int depth, float* c, int rows, int columns, bool add)
        {
            var whole = stackalloc float[SgemmTile.Largest];
            Tile.Run(left, right, depth, whole, Tile.Columns, add: false);
            for (var row = 0; row < rows; row++)
            {
                var into = new Span<float>(c + ((long)row * Stride), columns);
                var from = new ReadOnlySpan<float>(whole + (row * Tile.Columns), columns);
                if (add) TensorPrimitives.Add(into, from, into);
                else from.CopyTo(into);
            }
        }
    }
}

/// <summary>A matrix as an array stores it, row after row, or its transpose.</summary>
/// <param name="Start">Where number (0, 0) is.</param>
internal readonly record struct MatrixView(float[] Data, int Start, MatrixShape Shape)
{
    public int Rows => Shape.Rows;
    public int Columns => Shape.Columns;

    public static MatrixView Of(float[] data, int rows, int columns) => Of(data, 0, rows, columns, columns);

    /// <param name="stride">From one row to the next.</param>
    public static MatrixView Of(float[] data, int start, int rows, int columns, int stride)
    {
        if (rows > 0 && (start < 0 || stride < columns || data.Length < start + ((rows - 1L) * stride) + columns))
            throw new ArgumentException($"{data.Length} numbers hold no [{rows}, {columns}] from {start} on.", nameof(data));
        return new(data, start, new(rows, columns, stride, 1));
    }

    public MatrixView Transpose() => this with { Shape = Shape.Transposed };
}

/// <summary>Where the numbers of a matrix are: number (i, j) at i · RowStep + j · ColumnStep. One of the steps is 1.</summary>
internal readonly record struct MatrixShape(int Rows, int Columns, int RowStep, int ColumnStep)
{
    public MatrixShape Transposed => new(Columns, Rows, ColumnStep, RowStep);
}
