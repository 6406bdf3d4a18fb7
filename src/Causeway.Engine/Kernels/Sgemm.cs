using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Products of row-major matrices of 32-bit floats, for training. Both operands are packed into panels of the tile's height and width, so that the tile reads
/// memory in order (Goto and van de Geijn 2008); then each piece of the result is finished, a block of the inner dimension after the other, while it stays in
/// the second-level cache. The same sums in the same order for any number of threads.
/// </summary>
internal static unsafe class Sgemm
{
    /// <summary>Longest inner length of a block: panels of a tile's two operands then fill a first-level cache of 32 to 48 KiB.</summary>
    private const int BlockInner = 256;

    /// <summary>Longest sides of what is packed at once: two workspaces of 32 MiB at the most.</summary>
    private const int StripOuter = 4096;
    private const int StripInner = 8 * BlockInner;

    /// <summary>Rows and columns of a piece of work, in panels.</summary>
    private const int PieceRows = 8;
    private const int PieceColumns = 8;

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
        var (m, n, k) = (c.Rows, c.Columns, a.Columns);
        if (a.Rows != m || b.Rows != k || b.Columns != n || c.Shape.ColumnStep != 1)
            throw new ArgumentException($"[{a.Rows}, {k}] times [{b.Rows}, {b.Columns}] is no [{m}, {n}].");
        fixed (float* aData = a.Data, bData = b.Data, cData = c.Data)
        {
            for (var row = 0; row < m; row += StripOuter)
                for (var column = 0; column < n; column += StripOuter)
                    for (var inner = 0; inner < k; inner += StripInner)
                    {
                        var (rows, columns, depth) = (Math.Min(StripOuter, m - row), Math.Min(StripOuter, n - column), Math.Min(StripInner, k - inner));
                        var left = a.Shape with { Rows = rows, Columns = depth };
                        var right = b.Shape with { Rows = depth, Columns = columns };
                        Strip(aData + a.Start + a.Shape.At(row, inner), left, bData + b.Start + b.Shape.At(inner, column), right,
                            cData + c.Start + c.Shape.At(row, column), c.Shape.RowStep, add || inner > 0, alone);
                    }
        }
    }

    private static void Strip(float* a, MatrixShape aShape, float* b, MatrixShape bShape, float* c, int stride, bool add, bool alone)
    {
        var tile = SgemmTile.Best;
        var (rowPanels, columnPanels) = (Panels(aShape.Rows, tile.Rows), Panels(bShape.Columns, tile.Columns));
        var left = Workspace(ref _left, rowPanels * tile.Rows * aShape.Columns);
        var right = Workspace(ref _right, columnPanels * tile.Columns * aShape.Columns);
        fixed (float* leftStart = left, rightStart = right)
        {
            new Product
            {
                Tile = tile, A = a, AShape = aShape, B = b, BShape = bShape, C = c, Stride = stride, Add = add, Alone = alone,
                Left = Aligned(leftStart), Right = Aligned(rightStart), RowPanels = rowPanels, ColumnPanels = columnPanels,
                BlockDepth = Panels(aShape.Columns, Panels(aShape.Columns, BlockInner)),
            }.Run();
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

    /// <summary>One product in progress. Pointers are valid while it runs, which ends after every piece.</summary>
    private sealed class Product
    {
        public required SgemmTile Tile { get; init; }
        public required float* A { get; init; }
        public required MatrixShape AShape { get; init; }                    // [m, k]
        public required float* B { get; init; }
        public required MatrixShape BShape { get; init; }                    // [k, n]
        public required float* C { get; init; }
        public required int Stride { get; init; }
        public required bool Add { get; init; }
        public required bool Alone { get; init; }
        public required float* Left { get; init; }                           // [blocks, row panels, depth, tile rows]
        public required float* Right { get; init; }                          // [blocks, column panels, depth, tile columns]
        public required int RowPanels { get; init; }
        public required int ColumnPanels { get; init; }
        public required int BlockDepth { get; init; }
        private int Depth => AShape.Columns;

        public void Run()
        {
            var (down, across) = (Panels(RowPanels, SgemmPacking.Group), Panels(ColumnPanels, SgemmPacking.Group));
            ForEach((down + across) * Panels(Depth, BlockDepth), piece =>
            {
                var (block, group) = Math.DivRem(piece, down + across);
                if (group < down) Pack(A, AShape.Transposed, block, group * SgemmPacking.Group, Tile.Rows, LeftPanel(block, group * SgemmPacking.Group));
                else Pack(B, BShape, block, (group - down) * SgemmPacking.Group, Tile.Columns, RightPanel(block, (group - down) * SgemmPacking.Group));
            });
            var columns = Panels(ColumnPanels, PieceColumns);
            ForEach(Panels(RowPanels, PieceRows) * columns, piece =>
            {
                var (row, column) = Math.DivRem(piece, columns);
                for (var block = 0; block * BlockDepth < Depth; block++) Piece(row * PieceRows, column * PieceColumns, block);
            });
        }

        private void ForEach(int count, Action<int> piece)
        {
            if (!Alone) Cores.ForEach(count, piece);
            else for (var i = 0; i < count; i++) piece(i);
        }

        private void Pack(float* data, MatrixShape shape, int block, int panel, int width, float* into) =>
            SgemmPacking.Pack(data, shape, block * BlockDepth, DepthOf(block), panel * width, width, into);

        private int DepthOf(int block) => Math.Min(BlockDepth, Depth - (block * BlockDepth));
        private float* LeftPanel(int block, int panel) => Left + (((block * BlockDepth * RowPanels) + (panel * DepthOf(block))) * Tile.Rows);
        private float* RightPanel(int block, int panel) => Right + (((block * BlockDepth * ColumnPanels) + (panel * DepthOf(block))) * Tile.Columns);

        private void Piece(int row, int column, int block)
        {
            for (var i = row; i < Math.Min(row + PieceRows, RowPanels); i++)
                for (var j = column; j < Math.Min(column + PieceColumns, ColumnPanels); j++)
                    OneTile(i, j, LeftPanel(block, i), RightPanel(block, j), DepthOf(block), Add || block > 0);
        }

        private void OneTile(int i, int j, float* left, float* right, int depth, bool add)
        {
            var c = C + ((long)i * Tile.Rows * Stride) + (j * Tile.Columns);
            var (rows, columns) = (Math.Min(Tile.Rows, AShape.Rows - (i * Tile.Rows)), Math.Min(Tile.Columns, BShape.Columns - (j * Tile.Columns)));
            // The sums are ready long after the memory they go to has come.
            for (var row = 0; Sse.IsSupported && row < rows; row++)
            {
                Sse.Prefetch0(c + ((long)row * Stride));
                Sse.Prefetch0(c + ((long)row * Stride) + columns - 1);
            }
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

    public long At(int row, int column) => ((long)row * RowStep) + ((long)column * ColumnStep);
}
