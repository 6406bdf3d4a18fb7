using Causeway.Wire.Answers;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>How the events of one upstream stream become those of the caller.</summary>
internal sealed record StreamEditing
{
    /// <summary>Makes the chain of a choice by its index.</summary>
    public required Func<int, ChoiceChain> Chain { get; init; }

    public AnswerIdentity Identity { get; init; } = new();

    /// <summary>The index that the caller sees; null keeps the upstream's.</summary>
    public int? ChoiceIndex { get; init; }

    /// <summary>Choices after whose end by the gateway nothing more is wanted of the upstream.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>Usage is kept in <see cref="StreamEditor.Usage"/> instead of being sent.</summary>
    public bool KeepUsage { get; init; }

    /// <summary>The gateway's count of the prompt where the caller must get a usage chunk even if the upstream sends none; else null.</summary>
    public Func<long>? CountPrompt { get; init; }
}

/// <summary>
/// Edits the events of one stream: one payload in, what becomes of it out, at once. Events that no edit touches are left to the caller to
/// forward as they came. Used by one exchange at a time; bounded by what its stages hold back.
/// </summary>
internal sealed class StreamEditor(StreamEditing editing)
{
    // OpenAI allows 128 choices; a choice beyond is passed on as it is.
    private const int MaxChoices = 128;

    private readonly AnswerFrame _frame = new();
    private readonly List<(int Index, ChoiceChain Chain)> _choices = [];
    private readonly ChunkWriter _writer = new(editing.Identity, editing.ChoiceIndex);
    private readonly RentedBuffer _scratch = new();
    private readonly RentedBuffer _rest = new();
    private bool _usageWasSent;

    /// <summary>The last usage that the upstream stated.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>The gateway has ended every choice: the upstream need not go on.</summary>
    public bool IsCut => _choices.Count >= editing.Choices && _choices.TrueForAll(choice => choice.Chain.IsCut);

    /// <summary>Every choice seen has its finish reason.</summary>
    public bool IsFinished => _choices.Count > 0 && _choices.TrueForAll(choice => choice.Chain.IsFinished);

    /// <summary>The gateway's own count of what came so far.</summary>
    public long CountedTokens => _choices.Sum(choice => choice.Chain.Count.Tokens);

    /// <summary>Edits one payload. False, with nothing written, when the event shall be forwarded as it came.</summary>
    public bool TryEdit(ReadOnlySpan<byte> data, RentedBuffer output)
    {
        if (!_frame.TryRead(data, isChunk: true)) return false;
        editing.Identity.Learn(_frame, data);
        Usage = _frame.Counts ?? Usage;
        if (_frame.Choices.IsEmpty) return TryEditUsage();
        var isChanged = editing.ChoiceIndex is not null;
        foreach (ref readonly var choice in _frame.Choices) isChanged |= Take(choice, data);
        if (isChanged) WriteChanged(data, output);
        else NoteForwarded();
        return isChanged;
    }

    /// <summary>The stream is over: writes what was held back, and what is missing for a sound end.</summary>
    /// <param name="isWhole">It ended in good order; false when it broke off.</param>
    public void End(bool isWhole, RentedBuffer output)
    {
        foreach (var (index, chain) in _choices)
        {
            chain.Out.Clear();
            chain.End(isWhole);
            _writer.WriteEnd(chain, index, output);
        }
        if (!isWhole || editing.CountPrompt is not { } countPrompt || _usageWasSent) return;
        _writer.WriteUsage(new TokenUsage(countPrompt(), CountedTokens), output);
    }

    /// <summary>Writes a usage chunk.</summary>
    public void WriteUsage(TokenUsage usage, RentedBuffer output) => _writer.WriteUsage(usage, output);

    public void Release()
    {
        _scratch.Release();
        _rest.Release();
        _writer.Release();
    }

    private bool TryEditUsage()
    {
        if (_frame.Usage.IsEmpty) return false;
        _usageWasSent = true;
        return editing.KeepUsage;
    }

    private void NoteForwarded()
    {
        _usageWasSent |= !_frame.Usage.IsEmpty;
        foreach (ref readonly var choice in _frame.Choices)
            if (choice.HasRole && ChainOf(choice.Index) is { } chain) chain.HasRole = true;
    }

    private bool Take(in ChoiceFrame choice, ReadOnlySpan<byte> data)
    {
        if (ChainOf(choice.Index) is not { } chain) return false;
        return chain.Take(_frame, choice, data, _scratch) || (!chain.HasRole && !choice.HasRole);
    }

    private void WriteChanged(ReadOnlySpan<byte> data, RentedBuffer output)
    {
        _rest.Clear();
        AnswerFrame.WriteMembers(_frame.Rest, data, _rest);
        foreach (ref readonly var choice in _frame.Choices)
        {
            if (ChainOf(choice.Index) is not { } chain) continue;
            if (_writer.WriteChoice(chain, _frame, choice, data, _rest.Span, output)) _rest.Clear();
        }
        if (_frame.Usage.IsEmpty || editing.KeepUsage) return;
        _usageWasSent = true;
        _writer.WriteUsage(_frame.Usage.In(data), output);
    }

    private ChoiceChain? ChainOf(int index)
    {
        foreach (var (known, chain) in _choices)
            if (known == index) return chain;
        if (_choices.Count == MaxChoices) return null;
        var made = editing.Chain(editing.ChoiceIndex ?? index);
        _choices.Add((index, made));
        return made;
    }
}
