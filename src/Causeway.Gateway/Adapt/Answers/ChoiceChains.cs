using Causeway.Wire.Dialects;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Makes the chains of an answer's choices. The order of the stages, here and nowhere else: dialect repair first, because it finds the
/// calls; then the tools' own names; then the stop sequences, on what is text after all; then the single call; the frame last.
/// </summary>
internal sealed class ChoiceChains(AnswerEdits edits, Guid exchange)
{
    private readonly DialectFamily[] _families = [.. FamiliesOf(edits)];
    private readonly ToolTable _tools = edits.Tools.IsEmpty || edits.Dialects.IsEmpty ? ToolTable.Empty : ToolTable.Read(edits.Tools.Span);

    /// <summary>Thread-safe: choices that are sent for at once get their chains at once.</summary>
    /// <param name="choice">Its index, as the caller sees it.</param>
    public ChoiceChain Make(int choice) => new(Stages(), new FrameStage(exchange, choice, edits.AsFunctionCall));

    private IEnumerable<AnswerStage> Stages()
    {
        if (_families.Length > 0 || edits.Reasoning is { Tags: true } or { Opened: true }) yield return new DialectStage([.. _families], edits.Reasoning, _tools);
        if (edits.ToolNames is { Count: > 0 } names) yield return new ToolNameStage(names);
        if (edits.StopStrings is [_, ..] stops) yield return new StopStage(stops);
        if (edits.SingleToolCall) yield return new SingleCallStage();
    }

    private static IEnumerable<DialectFamily> FamiliesOf(AnswerEdits edits)
    {
        foreach (var word in edits.Dialects)
            if (DialectFamilies.TryParse(word, out var family)) yield return family;
    }
}
