using System.Runtime.InteropServices;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Tests.Kernels;

/// <summary>One layer's pages, and what attention over them must give, computed naively in double from what was stored.</summary>
internal sealed unsafe class KvCacheFixture : IDisposable
{
    private readonly void* _memory;
    private readonly KvLayout _layout;
    private readonly Dictionary<(int FirstPage, int Position), (float[] Keys, float[] Values)> _stored = [];

    public KvCacheFixture(KvLayout layout, int pages)
    {
        _layout = layout;
        _memory = NativeMemory.AlignedAlloc((nuint)((long)pages * layout.PageBytes), 64);
        NativeMemory.Clear(_memory, (nuint)((long)pages * layout.PageBytes));
        Pages = new KvPages(layout, (ushort*)_memory, pages, layout.PageElements);
    }

    public KvPages Pages { get; }

    /// <summary>Rows as attention takes them: queries, keys and values side by side. The keys and values will be expected.</summary>
    public float[] Rows(AttentionSegment[] segments, float[] queries, float[] keys, float[] values)
    {
        var length = _layout.KvHeads * _layout.HeadLength;
        foreach (var segment in segments)
        {
            for (var i = 0; i < segment.Rows; i++) _stored[(segment.FirstPage, segment.FirstPosition + i)] = (Row(keys, segment.FirstRow + i, length), Row(values, segment.FirstRow + i, length));
        }
        var rows = keys.Length / length;
        return [.. Enumerable.Range(0, rows).SelectMany(row => (float[])[.. Row(queries, row, queries.Length / rows), .. Row(keys, row, length), .. Row(values, row, length)])];
    }

    public double[] Expected(AttentionShape shape, AttentionSegment segment, int i, ReadOnlySpan<float> query)
    {
        var position = segment.FirstPosition + i;
        var output = new double[shape.Heads * _layout.HeadLength];
        for (var head = 0; head < shape.Heads; head++)
        {
            var kv = head / (shape.Heads / _layout.KvHeads) * _layout.HeadLength;
            var first = shape.Window > 0 ? Math.Max(0, position - shape.Window + 1) : 0;
            var scores = new double[position + 1 - first];
            for (var p = first; p <= position; p++)
            {
                for (var d = 0; d < _layout.HeadLength; d++)
                    scores[p - first] += (double)query[(head * _layout.HeadLength) + d] * (double)(Half)_stored[(segment.FirstPage, p)].Keys[kv + d] * shape.Scale;
            }
            var greatest = scores.Max();
            var sum = scores.Sum(score => Math.Exp(score - greatest));
            for (var p = first; p <= position; p++)
            {
                for (var d = 0; d < _layout.HeadLength; d++)
                    output[(head * _layout.HeadLength) + d] += Math.Exp(scores[p - first] - greatest) / sum * (double)(Half)_stored[(segment.FirstPage, p)].Values[kv + d];
            }
        }
        return output;
    }

    private static float[] Row(float[] matrix, int row, int length) => matrix[(row * length)..((row + 1) * length)];

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
