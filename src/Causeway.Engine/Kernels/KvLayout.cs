namespace Causeway.Engine.Kernels;

/// <summary>
/// How keys and values lie in the cache. A page holds <see cref="PageLength"/> consecutive positions of one sequence in one layer, in F16:
/// for each KV head first its keys, then its values, each a block of <see cref="BlockElements"/> elements.
/// Keys: [headLength / 2][PageLength][2], pairs of a head's elements side by side per position, so that a vector register holds one pair of all
/// positions of the page and a score needs no sum across lanes. Values: [PageLength][headLength]. Elements below F16's smallest normal number
/// are zero, larger ones than its greatest are that. Positions of a page that were never stored may hold anything finite: clear new pages.
/// </summary>
/// <param name="HeadLength">Even.</param>
internal readonly record struct KvLayout(int KvHeads, int HeadLength)
{
    /// <summary>Positions in a page.</summary>
    public const int PageLength = 16;

    /// <summary>Elements of one head's keys, or its values, in a page.</summary>
    public int BlockElements => HeadLength * PageLength;

    /// <summary>Elements (16 bits each) of a page of one layer.</summary>
    public int PageElements => KvHeads * 2 * BlockElements;

    /// <summary>Bytes of a page of one layer.</summary>
    public int PageBytes => PageElements * sizeof(ushort);

    /// <summary>Where a head's keys start in a page, in elements; its values start <see cref="BlockElements"/> later.</summary>
    public int HeadOffset(int kvHead) => kvHead * 2 * BlockElements;

    /// <summary>Pages that so many positions need.</summary>
    public static int PagesFor(int positions) => (positions + PageLength - 1) / PageLength;
}

/// <summary>The pages of one layer, outside the garbage collector's heap: page p starts at element p * stride.</summary>
/// <param name="pages">Aligned to 64 bytes; lives longer than this view.</param>
/// <param name="stride">At least <see cref="KvLayout.PageElements"/>; other layers may lie in between.</param>
internal readonly unsafe struct KvPages(KvLayout layout, ushort* pages, int count, long stride)
{
    public KvLayout Layout { get; } = layout;
    public int Count { get; } = count;

    /// <summary>The first element of a page.</summary>
    public ushort* Page(int page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page, (uint)Count, nameof(page));
        return pages + (page * stride);
    }
}
