using Causeway.Engine.Adapters;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Serving;

/// <summary>How a sequence came to its end: by what it took last, by a failure, or because nobody wants it any more.</summary>
internal readonly record struct Ending(Exception? Failure, bool IsCancelled = false)
{
    public static Ending Done => new(null);
    public static Ending Cancelled => new(null, true);
}

/// <summary>
/// Tokens on their way through the model and the pages of the cache that hold them. The scheduler's thread owns it; what is done with the outputs is
/// up to the kind.
/// </summary>
internal abstract class Sequence(LoraAdapter? adapter)
{
    private const int PageLength = KvLayout.PageLength;

    // What the cache hangs the first page on, where there is no adapter.
    private const long BaseRoot = -1;

    private long _chain;
    private int _remembered;

    public List<int> Tokens { get; } = [];

    /// <summary>Pages for all tokens so far, once it has been let in; then perhaps one more for a draft.</summary>
    public List<int> Pages { get; } = [];

    public LoraAdapter? Adapter { get; } = adapter;

    /// <summary>The place in the order of arrival: earlier ones go first, always.</summary>
    public long Arrival { get; set; }

    /// <summary>Tokens whose keys and values are in the cache.</summary>
    public int Computed { get; private set; }

    /// <summary>Tokens that were taken from the cache when it was let in for the first time.</summary>
    public int Reused { get; private set; }

    /// <summary>Tokens still to be computed before the next output.</summary>
    public int Remaining => Tokens.Count - Computed;

    /// <summary>Tokens that may follow before another page is needed.</summary>
    public int Room => (Pages.Count * PageLength) - Tokens.Count;

    /// <summary>Whether it was ever part of a pass.</summary>
    public bool Started { get; private set; }

    public abstract bool IsCancelled { get; }

    /// <summary>Whether somebody takes what the next pass would say.</summary>
    public abstract bool CanRun { get; }

    /// <summary>Whether pages that others computed will do: not where every token's output is wanted.</summary>
    public virtual bool MayReuse => true;

    /// <summary>What a pass over the next tokens must give.</summary>
    /// <param name="last">Whether they are the last of those that remain.</param>
    public abstract BatchOutput Wanted(bool last);

    /// <summary>Takes a pass's outputs; called when its tokens have been computed.</summary>
    /// <returns>Whether it is over.</returns>
    public abstract bool Take(Forward forward, Batch batch, int part, int tokens);

    /// <summary>The token that remains, and a draft of those that may follow it. The draft is no part of the sequence, and what is computed of it is overwritten unless it is taken.</summary>
    /// <param name="room">Tokens that the draft may have.</param>
    public virtual ReadOnlySpan<int> WithDraft(int room) => TokensFrom(Computed, 1);

    /// <summary>Takes what the pass that <see cref="Take"/> was called for says of the draft, as far as it came true.</summary>
    /// <returns>Whether it is over.</returns>
    public virtual bool TakeDrafted(Forward forward, Batch batch, int part, KvCache cache) => false;

    /// <summary>It is over, its pages are given back: time to tell whoever waits.</summary>
    public abstract void Ended(Ending ending);

    /// <summary>What the cache knows the pages so far as, and the hash of the page that comes next: whoever has the same computes the same.</summary>
    public (long Chain, ulong Hash)? NextPage =>
        MayReuse && Computed == _remembered * PageLength && Remaining > PageLength ? (Chain, KvCache.Hash(PageTokens(_remembered))) : null;

    private long Chain => _chain != 0 ? _chain : Adapter?.Root ?? BaseRoot;

    /// <summary>Takes from the cache what others have computed already, page by page from where this one stands. One token is always left to compute.</summary>
    public void Reuse(KvCache cache)
    {
        if (!MayReuse) return;
        while (Computed == _remembered * PageLength && Remaining > PageLength && cache.TryFind(Chain, PageTokens(_remembered), out var page, out var identity))
        {
            if (_remembered < Pages.Count)
            {
                cache.Release(Pages[_remembered]);
                Pages[_remembered] = page;
            }
            else
            {
                Pages.Add(page);
            }
            (_chain, _remembered, Computed) = (identity, _remembered + 1, Computed + PageLength);
            if (!Started) Reused = Computed;
        }
    }

    /// <summary>A pass has computed so many tokens more.</summary>
    public void Advance(int tokens, KvCache cache)
    {
        Started = true;
        Computed += tokens;
        for (; (_remembered + 1) * PageLength <= Computed; _remembered++) _chain = cache.Remember(Pages[_remembered], Chain, PageTokens(_remembered));
    }

    /// <summary>Gives all pages back; what was computed must be computed again, or found.</summary>
    public void ReleasePages(KvCache cache)
    {
        for (var i = Pages.Count - 1; i >= 0; i--) cache.Release(Pages[i]);
        Pages.Clear();
        (Computed, _remembered, _chain) = (0, 0, 0);
        if (!Started) Reused = 0;
    }

    /// <summary>It had to give its pages back: all tokens will be computed once more.</summary>
    public virtual void Restart()
    {
    }

    public ReadOnlySpan<int> TokensFrom(int from, int count) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Tokens).Slice(from, count);

    private ReadOnlySpan<int> PageTokens(int page) => TokensFrom(page * PageLength, PageLength);
}
