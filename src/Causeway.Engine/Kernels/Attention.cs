using System.Buffers;
using System.Numerics.Tensors;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Causal attention with grouped queries over paged keys and values (Vaswani et al. 2017, arXiv:1706.03762; Ainslie et al. 2023, arXiv:2305.13245;
/// pages as in Kwon et al. 2023, arXiv:2309.06180). Scores and sums are float32; only the cache is 16 bits.
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
                StoreRow(pages.Layout, pages.Page(pageTable[segment.FirstPage + page]), slot, keys.Slice(at, length), values.Slice(at, length));
            }
        }
    }

    /// <summary>Each row attends to its sequence's positions up to its own, which must be stored already.</summary>
    /// <param name="queries">[rows, stride], of which the first Heads * HeadLength of each row count: rotated queries.</param>
    /// <param name="output">[rows, Heads * HeadLength], overwritten.</param>
    public static void Attend(KvPages pages, ReadOnlySpan<int> pageTable, ReadOnlySpan<AttentionSegment> segments, AttentionShape shape,
        ReadOnlySpan<float> queries, int stride, Span<float> output, WorkerPool pool)
    {
        fixed (float* q = queries, o = output)
        fixed (int* table = pageTable)
        fixed (AttentionSegment* first = segments)
        {
            var rows = new Rows(pages, shape, q, o, stride, table, pageTable.Length, first, segments.Length);
            var count = 0;
            foreach (var segment in segments) count += segment.Rows;
            pool.Run(count, ref rows);
        }
    }

    private readonly struct Rows(KvPages pages, AttentionShape shape, float* queries, float* output, int stride, int* table, int tableLength,
        AttentionSegment* segments, int segmentCount) : IPieces
    {
        public void Do(int piece)
        {
            var width = shape.Heads * pages.Layout.HeadLength;
            foreach (var segment in new ReadOnlySpan<AttentionSegment>(segments, segmentCount))
            {
                if (piece < segment.Rows)
                {
                    var row = segment.FirstRow + piece;
                    AttendRow(pages, new ReadOnlySpan<int>(table, tableLength)[segment.FirstPage..], segment.FirstPosition + piece, shape,
                        new ReadOnlySpan<float>(queries + ((long)row * stride), width), new Span<float>(output + ((long)row * width), width));
                    return;
                }
                piece -= segment.Rows;
            }
        }
    }

    private static void StoreRow(KvLayout layout, ushort* page, int slot, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        for (var head = 0; head < layout.KvHeads; head++)
        {
            var block = page + layout.HeadOffset(head);
            for (var i = 0; i < layout.HeadLength; i++)
            {
                block[((i >> 1) * KvLayout.PageLength * 2) + (slot * 2) + (i & 1)] = ToStored(keys[(head * layout.HeadLength) + i]);
                block[layout.BlockElements + (slot * layout.HeadLength) + i] = ToStored(values[(head * layout.HeadLength) + i]);
            }
        }
    }

    private static ushort ToStored(float value)
    {
        var clamped = Math.Clamp(value, -65504f, 65504f);
        return MathF.Abs(clamped) < 6.1035156e-5f ? (ushort)0 : BitConverter.HalfToUInt16Bits((Half)clamped);
    }

    private static float FromStored(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    private static void AttendRow(KvPages pages, ReadOnlySpan<int> table, int position, AttentionShape shape,
        ReadOnlySpan<float> query, Span<float> output)
    {
        var layout = pages.Layout;
        var first = shape.Window > 0 ? Math.Max(0, position - shape.Window + 1) : 0;
        var rented = ArrayPool<float>.Shared.Rent(position + 1 - first);
        var scores = rented.AsSpan(0, position + 1 - first);
        for (var head = 0; head < shape.Heads; head++)
        {
            var block = layout.HeadOffset(head / (shape.Heads / layout.KvHeads));
            var q = query.Slice(head * layout.HeadLength, layout.HeadLength);
            for (var p = first; p <= position; p++)
            {
                var keys = pages.Page(table[p / KvLayout.PageLength]) + block + (p % KvLayout.PageLength * 2);
                var sum = 0f;
                for (var i = 0; i < q.Length; i++) sum += q[i] * FromStored(keys[((i >> 1) * KvLayout.PageLength * 2) + (i & 1)]);
                scores[p - first] = sum * shape.Scale;
            }
            TensorPrimitives.SoftMax(scores, scores);
            var into = output.Slice(head * layout.HeadLength, layout.HeadLength);
            into.Clear();
            for (var p = first; p <= position; p++)
            {
                var values = pages.Page(table[p / KvLayout.PageLength]) + block + layout.BlockElements + (p % KvLayout.PageLength * q.Length);
                for (var i = 0; i < q.Length; i++) into[i] += scores[p - first] * FromStored(values[i]);
            }
        }
        ArrayPool<float>.Shared.Return(rented);
    }
}
