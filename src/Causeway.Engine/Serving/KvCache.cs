using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Serving;

/// <summary>
/// Keys and values of all sequences, in pages outside the garbage collector's heap. A page number stands for that page of every layer. Full pages are
/// remembered by what they hold, so that a sequence that begins like an earlier one takes its pages instead of computing them again; pages that
/// nobody uses are given away least recently used first. Layers with a sliding window keep all pages too. Used by the scheduler's thread only.
/// </summary>
/// <remarks>
/// A remembered page is found by the page before it and its own tokens, compared token by token: hashes may collide, answers may not mix. The first page
/// hangs on a root, of which each adapter has its own.
/// </remarks>
internal sealed unsafe class KvCache : IDisposable
{
    private const int PageLength = KvLayout.PageLength;

    private readonly KvLayout _layout;
    private readonly int _layers;
    private readonly NativeBuffer _memory;
    private readonly Stack<int> _free = new();
    private readonly Dictionary<(long Parent, ulong Hash), int> _found = [];
    private readonly int[] _references;
    private readonly Remembered[] _remembered;
    private readonly int[] _tokens;
    private readonly IdlePages _idle;
    private long _identities;
    private int _fresh;

    /// <param name="pages">At least 1.</param>
    public KvCache(ModelConfig config, int pages)
    {
        _layout = new KvLayout(config.KvHeads, config.HeadLength);
        Pages = pages;
        (_references, _remembered, _tokens) = (new int[pages], new Remembered[pages], new int[checked(pages * PageLength)]);
        _idle = new IdlePages(pages);
        _layers = config.Layers.Length;
        _memory = new NativeBuffer(checked(PageBytes(config) * pages));
    }

    public int Pages { get; }

    /// <summary>Pages that a sequence holds.</summary>
    public int Used => Pages - Available;

    /// <summary>Pages that can be taken just now, remembered ones that nobody uses among them.</summary>
    public int Available => _free.Count + (Pages - _fresh) + _idle.Count;

    /// <summary>Pages that nobody uses and that a later sequence may find.</summary>
    public int Idle => _idle.Count;

    /// <summary>Bytes of one page of all layers.</summary>
    public static long PageBytes(ModelConfig config) => (long)new KvLayout(config.KvHeads, config.HeadLength).PageBytes * config.Layers.Length;

    /// <summary>One layer's pages. A page's layers lie side by side: huge pages of memory are then full as soon as they are taken.</summary>
    public KvPages Layer(int layer) => new(_layout, (ushort*)_memory.Start + ((long)layer * _layout.PageElements), Pages, PageElements);

    /// <summary>A page for the caller alone, to be released once; what it holds is undefined but finite.</summary>
    public bool TryTake(out int page)
    {
        if (!_free.TryPop(out page))
        {
            if (_fresh < Pages) page = _fresh++;
            else if (_idle.Count > 0) Forget(page = _idle.TakeOldest());
            else return false;
        }
        _references[page] = 1;
        return true;
    }

    /// <summary>Gives a page back. Release a sequence's last page first: then a page is forgotten before the ones it hangs on.</summary>
    public void Release(int page)
    {
        if (--_references[page] > 0) return;
        if (_remembered[page].Identity == 0) _free.Push(page);
        else _idle.Add(page);
    }

    /// <summary>Finds the page that holds these tokens after the given page, and takes it: to be released like any other.</summary>
    /// <param name="parent">The root, or what the page before is known as.</param>
    /// <param name="tokens">A page full.</param>
    public bool TryFind(long parent, ReadOnlySpan<int> tokens, out int page, out long identity)
    {
        identity = 0;
        if (!_found.TryGetValue((parent, Hash(tokens)), out page) || !TokensOf(page).SequenceEqual(tokens)) return false;
        if (_references[page]++ == 0) _idle.Remove(page);
        identity = _remembered[page].Identity;
        return true;
    }

    /// <summary>Remembers a page that has become full.</summary>
    /// <returns>What it is known as from now on: another page's identity if the same tokens were remembered before.</returns>
    public long Remember(int page, long parent, ReadOnlySpan<int> tokens)
    {
        var key = (parent, Hash(tokens));
        if (_found.TryGetValue(key, out var other))
            return TokensOf(other).SequenceEqual(tokens) ? _remembered[other].Identity : ++_identities;
        _found.Add(key, page);
        _remembered[page] = new Remembered(++_identities, key);
        tokens.CopyTo(TokensOf(page));
        return _identities;
    }

    /// <summary>Two contents of a page may have the same.</summary>
    public static ulong Hash(ReadOnlySpan<int> tokens)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var token in tokens)
        {
            hash = (hash ^ (uint)token) * 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 29;
        }
        return hash;
    }

    public void Dispose() => _memory.Dispose();

    private long PageElements => (long)_layers * _layout.PageElements;

    private Span<int> TokensOf(int page) => _tokens.AsSpan(page * PageLength, PageLength);

    private void Forget(int page)
    {
        _found.Remove(_remembered[page].Key);
        _remembered[page] = default;
    }

    private readonly record struct Remembered(long Identity, (long Parent, ulong Hash) Key);
}
