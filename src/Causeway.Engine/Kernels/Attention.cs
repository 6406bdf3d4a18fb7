namespace Causeway.Engine.Kernels;

/// <summary>
/// Causal attention with grouped queries over paged keys and values (Vaswani et al. 2017, arXiv:1706.03762; Ainslie et al. 2023, arXiv:2305.13245;
/// pages as in Kwon et al. 2023, arXiv:2309.06180; softmax while reading as in Dao et al. 2022, arXiv:2205.14135). Scores and sums are float32; only
/// the cache is 16 bits.
/// </summary>
internal static unsafe class Attention
{
    /// <summary>Makes the heads ready, stores keys and values, and lets each row attend to its sequence's positions up to its own.</summary>
    /// <param name="pageTable">Pages of all sequences of the pass, see <see cref="AttentionSegment.FirstPage"/>.</param>
    /// <param name="rows">[rows, (Heads + 2 * KvHeads) * HeadLength]: queries, keys and values; changed.</param>
    /// <param name="output">[rows, Heads * HeadLength], overwritten.</param>
    public static void Run(KvPages pages, ReadOnlySpan<int> pageTable, ReadOnlySpan<AttentionSegment> segments, AttentionShape shape, HeadSteps steps,
        Span<float> rows, Span<float> output, WorkerPool pool)
    {
        var rowsOfPiece = Math.Max(1, AttentionPiece.Queries / (shape.Heads / pages.Layout.KvHeads));
        var (pieces, whole) = (0, true);
        foreach (var segment in segments)
        {
            Check(pages, pageTable, segment, shape, rows.Length, output.Length);
            pieces += (segment.Rows + rowsOfPiece - 1) / rowsOfPiece * pages.Layout.KvHeads;
            whole &= segment.Rows <= rowsOfPiece;
        }
        fixed (float* r = rows, o = output, bias = steps.Bias, queryNorm = steps.QueryNorm, keyNorm = steps.KeyNorm, cosines = steps.Cosines, sines = steps.Sines)
        fixed (int* table = pageTable)
        fixed (AttentionSegment* first = segments)
        {
            var heads = new AttentionHeads(pages, shape.Heads, r, steps.NormEpsilon, bias, queryNorm, keyNorm, cosines, sines);
            var work = new Rows(pages, shape, heads, o, table, first, segments.Length, rowsOfPiece) { Prepares = true, Attends = whole };
            pool.Run(pieces, ref work);
            if (whole) return;
            work = work with { Prepares = false, Attends = true };
            pool.Run(pieces, ref work);
        }
    }

    private static void Check(KvPages pages, ReadOnlySpan<int> table, AttentionSegment segment, AttentionShape shape, int rows, int output)
    {
        var (heads, end) = ((long)shape.Heads * pages.Layout.HeadLength, segment.FirstRow + segment.Rows);
        if (segment.Rows <= 0 || end * (heads + (2 * pages.Layout.KvHeads * pages.Layout.HeadLength)) > rows || end * heads > output)
            throw new ArgumentOutOfRangeException(nameof(segment), "A segment's rows lie outside of the batch.");
        foreach (var page in table.Slice(segment.FirstPage, KvLayout.PagesFor(segment.FirstPosition + segment.Rows)))
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page, (uint)pages.Count, nameof(table));
    }

    /// <summary>
    /// A piece is one KV head and some rows of one segment. The last pieces see the most positions and are dealt out first. Where a segment has several
    /// for a head, all its keys must be stored before any attends; else whoever stores them finds them in its own core's cache.
    /// </summary>
    private readonly struct Rows(KvPages pages, AttentionShape shape, AttentionHeads heads, float* output, int* table,
        AttentionSegment* segments, int segmentCount, int rowsOfPiece) : IPieces
    {
        public required bool Prepares { get; init; }
        public required bool Attends { get; init; }

        public void Do(int piece)
        {
            var kvHeads = pages.Layout.KvHeads;
            for (var s = segmentCount - 1; s >= 0; s--)
            {
                var segment = segments[s];
                var blocks = (segment.Rows + rowsOfPiece - 1) / rowsOfPiece;
                if (piece >= blocks * kvHeads)
                {
                    piece -= blocks * kvHeads;
                    continue;
                }
                var (block, kvHead) = Math.DivRem(piece, kvHeads);
                var first = (blocks - 1 - block) * rowsOfPiece;
                Do(segment, kvHead, first, Math.Min(rowsOfPiece, segment.Rows - first));
                return;
            }
        }

        private void Do(AttentionSegment segment, int kvHead, int first, int rows)
        {
            var pagesOfSegment = table + segment.FirstPage;
            var (row, position) = (segment.FirstRow + first, segment.FirstPosition + first);
            for (var i = 0; Prepares && i < rows; i++) heads.Prepare(row + i, kvHead, pagesOfSegment, position + i);
            if (!Attends) return;
            var width = shape.Heads * pages.Layout.HeadLength;
            var head = (long)kvHead * (shape.Heads / pages.Layout.KvHeads) * pages.Layout.HeadLength;
            new AttentionPiece(pages, shape, pagesOfSegment, kvHead, position, rows).Run(
                heads.Queries(row, kvHead), heads.Stride, output + ((long)row * width) + head, width);
        }
    }
}
