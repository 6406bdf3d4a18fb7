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

    // Panels that the kernels of small batches take at once.
    private static int GroupOf(int batch) => batch == 1 ? 4 : 2;

    // Kernels take so many items at a time; those that a batch has not are zeros.
    private static int Padded(int batch) => batch switch
    {
        1 => 1,
        <= 4 => 4,
        <= SmallBatch => SmallBatch,
        _ => (batch + FloatTile.Items - 1) / FloatTile.Items * FloatTile.Items,
    };

    public override void Multiply(float* x, float* y, long stride, int batch, WorkerPool pool)
    {
        var items = Padded(batch);
        var padded = (float*)pool.Lend((long)items * Step * sizeof(float));
        var scale = new ScaleRows(x, padded, Columns, Step, batch);
        pool.Run(items, ref scale);
        if (!Avx2.IsSupported)
        {
            var portable = new PortablePieces(this, padded, y, stride, batch);
            pool.Run(Panels, ref portable);
        }
        else if (batch <= SmallBatch)
        {
            var group = GroupOf(batch);
            var pieces = Pieces.Split((Panels + group - 1) / group, pool.Threads);
            var small = new SmallPieces(this, padded, y, stride, batch, pieces);
            pool.Run(pieces.Count, ref small);
        }
        else
        {
            var pieces = Pieces.SplitLarge(Panels, pool.Threads);
            var large = new LargePieces(this, padded, y, stride, batch, pieces);
            pool.Run(pieces.Count, ref large);
        }
    }

    private readonly struct ScaleRows(float* x, float* into, int columns, int padded, int batch) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var row = new Span<float>(into + ((long)piece * padded), padded);
            if (piece >= batch)
            {
                row.Clear();
                return;
            }
            TensorPrimitives.Multiply(new ReadOnlySpan<float>(x + ((long)piece * columns), columns), TFormat.Factor, row);
            row[columns..].Clear();
        }
    }

    /// <summary>Some panels and few items. A vector alone takes four panels at a time, several take two.</summary>
    private readonly struct SmallPieces(FloatPanels<TFormat> panels, float* x, float* y, long stride, int batch, Pieces pieces) : IPieces
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var group = GroupOf(batch);
            var (first, end) = pieces.Range(piece);
            var (from, to) = (first * group, Math.Min(end * group, panels.Panels));
            if (batch == 1) Vector(from, to);
            else Vectors(from, to);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Vector(int panel, int to)
        {
            var local = stackalloc float[4 * Panel.Rows];
            for (; panel + 4 <= to; panel += 4)
            {
                FloatGemv<TFormat>.FourPanels(panels.At(panel), (long)panels.Pairs * TFormat.PairBytes, x, panels.Pairs, local);
                for (var i = 0; i < 4; i++) panels.Scatter(panel + i, local + (i * Panel.Rows), 1, y + ((panel + i) * Panel.Rows), stride);
            }
            for (; panel < to; panel++)
            {
                FloatGemv<TFormat>.One(panels.At(panel), x, panels.Pairs, local);
                panels.Scatter(panel, local, 1, y + (panel * Panel.Rows), stride);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Vectors(int left, int to)
        {
            var local = stackalloc float[2 * SmallBatch * Panel.Rows];
            var local2 = local + (SmallBatch * Panel.Rows);
            for (; left < to; left += 2)
            {
                var right = Math.Min(left + 1, to - 1);
                if (!Panel.Wide)
                {
                    Narrow(left, local);
                    if (right != left) Narrow(right, local2);
                }
                else if (batch <= 4) FloatWide<TFormat>.FourVectors(panels.At(left), panels.At(right), x, panels.Step, panels.Pairs, local, local2);
                else FloatWide<TFormat>.EightVectors(panels.At(left), panels.At(right), x, panels.Step, panels.Pairs, local, local2);
                panels.Scatter(left, local, batch, y + (left * Panel.Rows), stride);
                if (right != left) panels.Scatter(right, local2, batch, y + (right * Panel.Rows), stride);
            }
        }

        // Four vectors at a time. Of two times, each fetches half of the next panel: the second would leave memory idle else.
        private void Narrow(int panel, float* local)
        {
            var start = panels.At(panel);
            var pairs = panels.Pairs;
            if (batch <= 4)
            {
                FloatGemv<TFormat>.FourVectors(start, x, panels.Step, pairs, local, start, TFormat.PairBytes);
                return;
            }
            const int Half = SmallBatch / 2;
            var next = start + ((long)pairs * TFormat.PairBytes);
            FloatGemv<TFormat>.FourVectors(start, x, panels.Step, pairs, local, next, TFormat.PairBytes / 2);
            next += (long)pairs * TFormat.PairBytes / 2;
            FloatGemv<TFormat>.FourVectors(start, x + (Half * panels.Step), panels.Step, pairs, local + (Half * Panel.Rows), next, TFormat.PairBytes / 2);
        }
    }

    /// <summary>Some panels, a few at a time, and all items; unpacked first, unless there are vectors of 512 bits. A last panel without a partner is its own.</summary>
    private readonly struct LargePieces(FloatPanels<TFormat> panels, float* x, float* y, long stride, int batch, Pieces pieces) : IPieces
    {
        private const int Tile = 2 * FloatTile.Items;
        private const int UnpackedPairBytes = 2 * Panel.Rows * sizeof(float);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Do(int piece)
        {
            var (from, to) = pieces.Range(piece);
            // Many items do not stay in the second-level cache: four panels to each reading of them. That pays above some 200 only.
            var group = batch >= 192 && panels.Columns <= 4096 ? 4 : 2;
            for (; from < to; from += group)
            {
                var end = Math.Min(from + group, to);
                Some(from, end, panels.At(Math.Min(end, panels.Panels - 1)));
            }
        }

        private void Some(int first, int end, byte* next)
        {
            var weights = Panel.Wide ? panels.At(first) : Unpacked(first, end);
            var length = (long)panels.Pairs * (Panel.Wide ? TFormat.PairBytes : UnpackedPairBytes);
            var tiles = ((batch + Tile - 1) / Tile) * ((end - first + 1) / 2);
            var step = (int)(((TFormat.PairBytes / 2L * (end - first)) - 1) / tiles) + 1;
            for (var item = 0; item < batch; item += Tile)
            {
                for (var left = first; left < end; left += 2, next += (nint)step * 2 * panels.Pairs)
                {
                    var right = Math.Min(left + 1, end - 1);
                    One(item, left, right, weights + ((left - first) * length), weights + ((right - first) * length), next, step);
                }
            }
        }

        private byte* Unpacked(int first, int end)
        {
            var length = (long)panels.Pairs * UnpackedPairBytes;
            var into = ThreadScratch.Get((end - first) * length);
            for (var panel = first; panel < end; panel++) FloatGemv<TFormat>.Unpack(panels.At(panel), panels.Pairs, (float*)(into + ((panel - first) * length)));
            return into;
        }

        private void One(int item, int left, int right, byte* w, byte* v, byte* next, int step)
        {
            var items = Math.Min(batch - item, Tile);
            var from = x + ((long)item * panels.Step);
            var into = y + (item * stride);
            if (items == Tile && (right + 1) * Panel.Rows <= panels.Rows)
            {
                Multiply(items, w, v, from, into + (left * Panel.Rows), into + (right * Panel.Rows), (nint)stride, next, step);
                return;
            }
            var local = stackalloc float[2 * Tile * Panel.Rows];
            var local2 = local + (Tile * Panel.Rows);
            Multiply(items, w, v, from, local, local2, Panel.Rows, next, step);
            panels.Scatter(left, local, items, into + (left * Panel.Rows), stride);
            if (right != left) panels.Scatter(right, local2, items, into + (right * Panel.Rows), stride);
        }

        private void Multiply(int items, byte* w, byte* v, float* from, float* into, float* into2, nint intoStride, byte* next, int step)
        {
            var (pairs, xStride) = (panels.Pairs, panels.Step);
            if (Panel.Wide)
            {
                if (items > FloatTile.Items) FloatWideTile<TFormat>.Twelve(w, v, from, xStride, pairs, into, into2, intoStride, next, 2 * step);
                else FloatWideTile<TFormat>.Six(w, v, from, xStride, pairs, into, into2, intoStride, next, 2 * step);
                return;
            }
            for (var at = 0; at < items; at += FloatTile.Items)
            {
                FloatTile.Six((float*)w, (float*)v, from + (at * xStride), xStride, 2 * pairs, into + (at * intoStride), into2 + (at * intoStride), intoStride,
                    next, step);
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
