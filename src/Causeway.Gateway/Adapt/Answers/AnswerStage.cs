namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// One edit of one choice of an answer, as a link of a chain: parts are pushed in, what shall become of them is pushed on. The same links
/// serve streams and whole answers, so both come out the same. Without an override a part passes as it came. Spans are valid during the
/// call only. Used by one exchange at a time.
/// </summary>
internal abstract class AnswerStage
{
    /// <summary>The next link; the last one of a chain, <see cref="AnswerParts"/>, has none.</summary>
    public AnswerStage Next { get; set; } = null!;

    /// <summary>A piece of content.</summary>
    public virtual void Text(ReadOnlySpan<byte> utf8) => Next.Text(utf8);

    /// <summary>A piece of reasoning.</summary>
    public virtual void Reasoning(ReadOnlySpan<byte> utf8) => Next.Reasoning(utf8);

    /// <summary>A tool call begins.</summary>
    /// <param name="call">Its number, from 0; increasing, perhaps with gaps.</param>
    /// <param name="id">Empty when the upstream gave none.</param>
    /// <param name="name">The complete name.</param>
    public virtual void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => Next.CallBegin(call, id, name);

    /// <summary>The next piece of a call's arguments.</summary>
    public virtual void Arguments(int call, ReadOnlySpan<byte> json) => Next.Arguments(call, json);

    /// <summary>Members of a call that nobody here knows, as <c>"name":value,…</c>.</summary>
    public virtual void CallRest(int call, ReadOnlySpan<byte> members) => Next.CallRest(call, members);

    /// <summary>A call that is not one of a function, or a delta of it, as the upstream wrote it.</summary>
    public virtual void OtherCall(int call, ReadOnlySpan<byte> element) => Next.OtherCall(call, element);

    /// <summary>The upstream says why the choice ended.</summary>
    public virtual void Finish(ReadOnlySpan<byte> reason) => Next.Finish(reason);

    /// <summary>Nothing more comes. Follows <see cref="Finish"/>, if there was one.</summary>
    /// <param name="isWhole">The answer ended in good order; false when it broke off.</param>
    public virtual void End(bool isWhole) => Next.End(isWhole);
}
