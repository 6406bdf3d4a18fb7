using Causeway.Engine.Adapters;
using Causeway.Engine.Sampling;

namespace Causeway.Engine.Serving;

/// <summary>A sequence that grows by what is drawn from its logits.</summary>
internal sealed class GenerationSequence : Sequence
{
    private readonly GenerationRequest _request;
    private readonly Generation _generation;
    private readonly Sampler _sampler;
    private readonly HashSet<int> _endTokens;
    private readonly int _limit;
    private readonly ServingTotals _totals;
    private readonly SamplingScratch _scratch;
    private readonly ulong[] _allowed;
    private readonly PromptLookup _lookup = new();
    private readonly long _begun;
    private long _started;
    private GenerationEnd _end;
    private TimeSpan _first;

    /// <param name="endTokens">The model's own and the request's.</param>
    /// <param name="limit">Tokens of prompt and answer together.</param>
    public GenerationSequence(
        GenerationRequest request, Generation generation, Sampler sampler, LoraAdapter? adapter, HashSet<int> endTokens, int limit, ServingTotals totals, SamplingScratch scratch)
        : base(adapter)
    {
        (_request, _generation, _sampler, _endTokens, _limit, _totals, _scratch) = (request, generation, sampler, endTokens, limit, totals, scratch);
        _allowed = request.Constraint is null ? [] : new ulong[(scratch.Raw.Length + 63) / 64];
        _begun = totals.Time.GetTimestamp();
        Tokens.AddRange(request.Prompt);
    }

    public override bool IsCancelled => _generation.IsCancelled;

    public override bool CanRun => _generation.HasRoom;

    private int Generated => Tokens.Count - _request.Prompt.Count;

    private int Left => Math.Min(_request.MaxTokens - Generated, _limit - Tokens.Count);

    private bool IsClosing => _request.Constraint is { IsClosing: true };

    public override BatchOutput Wanted(bool last) => last ? BatchOutput.LastLogits : BatchOutput.None;

    public override bool Take(Forward forward, Batch batch, int part, int tokens)
    {
        if (_started == 0)
        {
            _started = _totals.Time.GetTimestamp();
            _generation.CachedTokens = Reused;
        }
        return Remaining == 0 && TakeNext(forward.Logits(batch.FirstOutput(part)));
    }

    public override ReadOnlySpan<int> WithDraft(int room) => _lookup.Draft(TokensFrom(0, Tokens.Count), Math.Min(room, Left - 1));

    // A drafted token that was drawn has its keys and values already, and logits behind it, as if it had been computed in a pass of its own.
    public override bool TakeDrafted(Forward forward, Batch batch, int part, KvCache cache)
    {
        var drafted = _lookup.Drafted;
        var (accepted, over) = (0, false);
        while (!over && accepted < drafted.Length && Tokens[^1] == drafted[accepted] && CanRun && !IsCancelled)
        {
            Advance(1, cache);
            accepted++;
            over = TakeNext(forward.Logits(batch.FirstOutput(part) + accepted));
        }
        _lookup.Learn(accepted);
        _totals.Drafted += drafted.Length;
        _totals.Accepted += accepted;
        return over;
    }

    public override void Ended(Ending ending)
    {
        if (ending.Failure is { } failure)
        {
            _generation.Fail(failure);
            return;
        }
        var total = _totals.Time.GetElapsedTime(_begun);
        var queued = _started == 0 ? total : _totals.Time.GetElapsedTime(_begun, _started);
        var end = ending.IsCancelled ? GenerationEnd.Cancelled : _end;
        _generation.Complete(new GenerationOutcome(end, _request.Prompt.Count, Reused, Generated, queued, _first, total));
    }

    // Draws the token that follows and hands it out. Returns whether the answer is over.
    private bool TakeNext(Span<float> logits)
    {
        if (Draw(logits) is not { } token) return End(IsClosing ? GenerationEnd.Length : GenerationEnd.Stop);
        _sampler.Accept(token.Id);
        if (Generated == 0) _first = _totals.Time.GetElapsedTime(_begun);
        Tokens.Add(token.Id);
        _totals.Generated++;
        _generation.Write(token);
        return Left == 0 && End(GenerationEnd.Length);
    }

    // Null when the answer is over. What the constraint will not have for want of tokens is drawn once more, from what closes the text.
    private GeneratedToken? Draw(Span<float> logits)
    {
        for (;;)
        {
            if (Mask() is not { } allowed) return null;
            var token = _sampler.Next(logits, allowed ? _allowed : default, _scratch);
            if (_endTokens.Contains(token.Id)) return null;
            if (_request.Constraint is not { } constraint || constraint.Accept(token.Id, Left - 1)) return token;
        }
    }

    // Whether a mask holds; null when nothing may come any more.
    private bool? Mask()
    {
        if (_request.Constraint is not { IsFree: false } constraint) return false;
        constraint.FillMask(_allowed);
        return _allowed.AsSpan().ContainsAnyExcept(0UL) ? true : null;
    }

    private bool End(GenerationEnd end)
    {
        _end = end;
        return true;
    }
}
