namespace Causeway.Engine.Kernels;

/// <summary>
/// Causal attention with grouped queries over paged keys and values (Vaswani et al. 2017, arXiv:1706.03762; Ainslie et al. 2023, arXiv:2305.13245;
/// pages as in Kwon et al. 2023, arXiv:2309.06180; softmax while reading as in Dao et al. 2022, arXiv:2205.14135). Scores and sums are float32; only
/// the cache is 16 bits.
/// </summary>
internal static unsafe class Attention
{
    /// <summary>Writes the keys and values of a pass into the cache.</summary>
    /// <param name="pageTable">Pages of all sequences of the pass, see <see cref="AttentionSegment.FirstPage"/>.</param>
    /// <param name="keys">[rows, stride], of which the first KvHeads * HeadLength of each row count: rotated keys.</param>
    /// <param name="values">Likewise.</param>
    public static void Store(KvPages pages, ReadOnlySpan<int> pageTable, ReadOnlySpan<AttentionSegment> segments,
        ReadOnlySpan<float> keys, ReadOnlySpan<float> values, int stride)
    {
        var length = pages.Layout.KvHeads * pages.Layout.HeadLength;
        foreach (var segment in segments)
        {
            for (var i = 0; i < segment.Rows; i++)
            {
                var (page, slot) = Math.DivRem(segment.FirstPosition + i, KvLayout.PageLength);
                var at = (segment.FirstRow + i) * stride;
                KvConversion.StoreRow(pages.Layout, pages.Page(pageTable[segment.FirstPage + page]), slot, keys.Slice(at, length), values.Slice(at, length));
            }
        }
    }

    /// <summary>Each row attends to its sequence's positions up to its own, which must be stored already.</summary>
    /// <param name="queries">[rows, stride], of which the first Heads * HeadLength of each row count: rotated queries.</param>
    /// <param name="output">[rows, Heads * HeadLength], overwritten.</param>
    public static void Attend(KvPages pages, ReadOnlySpan<int> pageTable, ReadOnlySpan<AttentionSegment> segments, AttentionShape shape,
        ReadOnlySpan<float> queries, int stride, Span<float> output, WorkerPool pool)
    {
        var rowsOfPiece = Math.Max(1, AttentionPiece.Queries / (shape.Heads / pages.Layout.KvHeads));
        var pieces = 0;
        foreach (var segment in segments)
        {
            Check(pages, pageTable, segment, shape, queries.Length, stride, output.Length);
            pieces += (segment.Rows + rowsOfPiece - 1) / rowsOfPiece * pages.Layout.KvHeads;
        }
        fixed (float* q = queries, o = output)
        fixed (int* table = pageTable)
        fixed (AttentionSegment* first = segments)
        {
            var work = new Rows(pages, shape, q, o, stride, table, first, segments.Length, rowsOfPiece);
            pool.Run(pieces, ref work);
        }
    }

    private static void Check(KvPages pages, ReadOnlySpan<int> table, AttentionSegment segment, AttentionShape shape, int queries, int stride, int output)
    {
        var width = shape.Heads * pages.Layout.HeadLength;
        var end = segment.FirstRow + segment.Rows;
        if (segment.Rows <= 0 || (((long)end - 1) * stride) + width > queries || (long)end * width > output)
            throw new ArgumentOutOfRangeException(nameof(segment), "A segment's rows lie outside of the batch.");
        foreach (var page in table.Slice(segment.FirstPage, KvLayout.PagesFor(segment.FirstPosition + segment.Rows)))
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page, (uint)pages.Count, nameof(table));
    }

    /// <summary>A piece is one KV head and some rows of one segment. The last pieces see the most positions and are dealt out first.</summary>
    private readonly struct Rows(KvPages pages, AttentionShape shape, float* queries, float* output, int stride, int* table,
        AttentionSegment* segments, int segmentCount, int rowsOfPiece) : IPieces
    {
        public void Do(int piece)
        {
            var layout = pages.Layout;
            var width = shape.Heads * layout.HeadLength;
            for (var s = segmentCount - 1; s >= 0; s--)
            {
                var segment = segments[s];
                var blocks = (segment.Rows + rowsOfPiece - 1) / rowsOfPiece;
                if (piece >= blocks * layout.KvHeads)
                {
                    piece -= blocks * layout.KvHeads;
                    continue;
                }
                var (block, kvHead) = Math.DivRem(piece, layout.KvHeads);
                var first = (blocks - 1 - block) * rowsOfPiece;
                var head = (long)kvHead * (shape.Heads / layout.KvHeads) * layout.HeadLength;
                var rows = Math.Min(rowsOfPiece, segment.Rows - first);
                new AttentionPiece(pages, shape, table + segment.FirstPage, kvHead, segment.FirstPosition + first, rows).Run(
                    queries + ((long)(segment.FirstRow + first) * stride) + head, stride, output + ((long)(segment.FirstRow + first) * width) + head, width);
                return;
            }
        }
    }
}
