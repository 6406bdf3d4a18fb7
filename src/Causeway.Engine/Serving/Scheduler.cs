using Causeway.Engine.Kernels;

namespace Causeway.Engine.Serving;

/// <summary>
/// Decides what each forward pass computes: a token of every running answer and a bounded piece of the prompts that have begun, first come, first
/// served. Read <see cref="Step"/>. Sequences are handed in from any thread; all else belongs to the one thread that calls <see cref="Step"/>.
/// </summary>
/// <remarks>
/// Memory for a whole prompt is taken when it is let in, for answers page by page. When there is none, the youngest sequence gives its pages back and
/// waits in its old place to be computed again (its pages may still be found). The oldest never waits for anyone and fits alone, so nothing waits forever.
/// While one or two answers run, a pass also computes drafts of what follows (<see cref="PromptLookup"/>): a pass reads all weights, and the next few rows
/// cost a fraction of the first. What comes of them is drawn as ever, so answers are the same token for token (Leviathan et al. 2023, arXiv:2211.17192).
/// </remarks>
internal sealed class Scheduler(Forward forward, KvCache cache, LoadOptions options, ServingTotals totals)
{
    /// <summary>Rows that answers and their drafts have together, at most.</summary>
    internal const int DraftRows = DraftedAnswers * (1 + PromptLookup.Longest);

    // More of them share the reading of the weights already: drafts that fail would cost more than those that come true gain.
    private const int DraftedAnswers = 2;

    private readonly Lock _lock = new();
    private readonly List<Sequence> _arrived = [];
    private readonly List<Sequence> _waiting = [];
    private readonly List<Sequence> _running = [];
    private readonly List<Planned> _planned = [];
    private readonly List<(long Chain, ulong Hash)> _beingComputed = [];
    private readonly List<(Sequence, Ending)> _ended = [];
    private readonly Batch _batch = new();
    private int _unfinished;
    private long _arrivals;
    private bool _closed;

    /// <summary>Takes a sequence in.</summary>
    /// <exception cref="EngineBusyException">There are as many as the options allow.</exception>
    /// <exception cref="ObjectDisposedException">The model is being unloaded.</exception>
    public void Add(Sequence sequence)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(LoadedModel));
            if (_unfinished >= options.MaxSequences + options.QueueLength)
                throw new EngineBusyException(Math.Min(_unfinished, options.MaxSequences), _unfinished - Math.Min(_unfinished, options.MaxSequences));
            _unfinished++;
            sequence.Arrival = ++_arrivals;
            _arrived.Add(sequence);
        }
    }

    /// <summary>Computes one pass.</summary>
    /// <returns>False when there was nothing to compute: until something arrives, is cancelled or is read.</returns>
    public bool Step()
    {
        Receive();
        DropCancelled();
        LetIn();
        PlanAnswers();
        PlanPrompts();
        if (_planned.Count > 0) Compute();
        var worked = _planned.Count > 0;
        _planned.Clear();
        TellEnded();
        // The pool's threads may spin on every core: who waits for a token would have to wait for the system's next tick, up to four milliseconds, too.
        if (worked) Thread.Yield();
        return worked;
    }

    /// <summary>Ends all sequences and refuses new ones.</summary>
    public void Close(Ending ending)
    {
        lock (_lock) _closed = true;
        Receive();
        while (_running.Count > 0) End(_running[^1], ending);
        while (_waiting.Count > 0) End(_waiting[^1], ending);
        TellEnded();
    }

    /// <summary>As of the last pass. Thread-safe.</summary>
    public EngineCounters Counters { get { lock (_lock) return field with { Queued = field.Queued + _arrived.Count }; } private set; }

    private void Receive()
    {
        lock (_lock)
        {
            _waiting.AddRange(_arrived);
            _arrived.Clear();
        }
    }

    private void DropCancelled()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i].IsCancelled) End(_running[i], Ending.Cancelled);
        }
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].IsCancelled) End(_waiting[i], Ending.Cancelled);
        }
    }

    // In order of arrival. One whose reader sleeps is passed over; one that lacks memory holds up those behind it.
    private void LetIn()
    {
        for (var i = 0; i < _waiting.Count && _running.Count < options.MaxSequences;)
        {
            var sequence = _waiting[i];
            if (!sequence.CanRun)
            {
                i++;
                continue;
            }
            if (!TakePages(sequence)) return;
            // Not at i: a sleeper that had to leave for it may stand before it now.
            _waiting.Remove(sequence);
            Insert(_running, sequence);
        }
    }

    // Pages for all its tokens; beside others only if each of them can grow by one more.
    private bool TakePages(Sequence sequence)
    {
        sequence.Reuse(cache);
        var missing = KvLayout.PagesFor(sequence.Tokens.Count) - sequence.Pages.Count;
        while (cache.Available < missing + (_running.Count == 0 ? 0 : _running.Count + 1))
        {
            if (TakePagesFromSleeper()) continue;
            sequence.ReleasePages(cache);
            return false;
        }
        for (; missing > 0; missing--)
        {
            cache.TryTake(out var page);
            sequence.Pages.Add(page);
        }
        return true;
    }

    private bool TakePagesFromSleeper()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i].CanRun) continue;
            Preempt(_running[i]);
            return true;
        }
        return false;
    }

    private void PlanAnswers()
    {
        for (var i = 0; i < _running.Count; i++)
        {
            var sequence = _running[i];
            if (sequence.Remaining != 1 || !sequence.CanRun) continue;
            if (HasPageForNext(sequence)) PlanAnswer(sequence);
            // Sleepers may have left for it, or it was the youngest and left itself.
            i = _running.IndexOf(sequence);
            if (i < 0) return;
        }
    }

    private bool HasPageForNext(Sequence sequence)
    {
        while (sequence.Pages.Count < KvLayout.PagesFor(sequence.Tokens.Count))
        {
            if (cache.TryTake(out var page))
            {
                sequence.Pages.Add(page);
                continue;
            }
            if (TakePagesFromSleeper()) continue;
            var youngest = _running[^1];
            Preempt(youngest);
            if (youngest == sequence) return false;
        }
        return true;
    }

    private void PlanPrompts()
    {
        _beingComputed.Clear();
        var budget = _planned.Count > 0 ? options.PrefillBesideAnswers : options.PrefillAlone;
        foreach (var sequence in _running)
        {
            if (budget == 0) return;
            if (sequence.Remaining <= 1 || !sequence.CanRun) continue;
            sequence.Reuse(cache);
            if (sequence.NextPage is { } next)
            {
                // The same is being computed for another: what comes out of this pass will serve both.
                if (_beingComputed.Contains(next)) continue;
                _beingComputed.Add(next);
            }
            var tokens = Math.Min(budget, sequence.Remaining);
            Plan(sequence, sequence.TokensFrom(sequence.Computed, tokens), drafted: 0, sequence.Wanted(tokens == sequence.Remaining));
            budget -= tokens;
        }
    }

    private void PlanAnswer(Sequence sequence)
    {
        var row = sequence.WithDraft(RoomForDraft(sequence));
        if (row.Length - 1 > sequence.Room && cache.TryTake(out var page)) sequence.Pages.Add(page);
        Plan(sequence, row, row.Length - 1, row.Length > 1 ? BatchOutput.AllLogits : sequence.Wanted(last: true));
    }

    // A draft may begin another page if each of the others can still grow by one.
    private int RoomForDraft(Sequence sequence)
    {
        if (!options.Drafts || _running.Count > DraftedAnswers) return 0;
        return sequence.Room + (cache.Available > _running.Count ? KvLayout.PageLength : 0);
    }

    private void Plan(Sequence sequence, ReadOnlySpan<int> tokens, int drafted, BatchOutput output)
    {
        var part = _batch.Add(tokens, sequence.Computed, sequence.Pages, sequence.Adapter, output);
        _planned.Add(new Planned(sequence, part, tokens.Length - drafted, drafted));
    }

    private void Compute()
    {
        var begun = totals.Time.GetTimestamp();
        try
        {
            _batch.LayOut();
            forward.Run(_batch);
            foreach (var planned in _planned) Settle(planned);
        }
        catch (Exception failure)
        {
            foreach (var planned in _planned)
            {
                if (_running.Contains(planned.Sequence)) End(planned.Sequence, new Ending(failure));
            }
        }
        _batch.Clear();
        totals.Passes++;
        totals.Busy += totals.Time.GetElapsedTime(begun);
    }

    // What one sequence's sampler or constraint throws is its own end, nobody else's.
    private void Settle(in Planned planned)
    {
        var (sequence, part, tokens, drafted) = planned;
        if (tokens > 1 || !sequence.Started) totals.Prompt += tokens;
        if (!sequence.Started) totals.Cached += sequence.Reused;
        sequence.Advance(tokens, cache);
        try
        {
            if (sequence.Take(forward, _batch, part, tokens) || (drafted > 0 && sequence.TakeDrafted(forward, _batch, part, cache))) End(sequence, Ending.Done);
        }
        catch (Exception failure)
        {
            End(sequence, new Ending(failure));
        }
    }

    private void Preempt(Sequence sequence)
    {
        sequence.ReleasePages(cache);
        sequence.Restart();
        _running.Remove(sequence);
        Insert(_waiting, sequence);
        totals.Preemptions++;
    }

    private static void Insert(List<Sequence> list, Sequence sequence)
    {
        var at = list.Count;
        while (at > 0 && list[at - 1].Arrival > sequence.Arrival) at--;
        list.Insert(at, sequence);
    }

    private void End(Sequence sequence, Ending ending)
    {
        sequence.ReleasePages(cache);
        if (!_running.Remove(sequence)) _waiting.Remove(sequence);
        sequence.Adapter?.Release();
        _ended.Add((sequence, ending));
    }

    // Last, so that whoever hears of an end finds its place free and the counters right.
    private void TellEnded()
    {
        lock (_lock)
        {
            _unfinished -= _ended.Count;
            Counters = new EngineCounters(
                _running.Count, _waiting.Count, cache.Pages, cache.Used, cache.Idle,
                totals.Passes, totals.Prompt, totals.Cached, totals.Generated, totals.Drafted, totals.Accepted, totals.Preemptions, totals.Busy);
        }
        foreach (var (sequence, ending) in _ended) sequence.Ended(ending);
        _ended.Clear();
    }

    private readonly record struct Planned(Sequence Sequence, int Part, int Tokens, int Drafted);
}
