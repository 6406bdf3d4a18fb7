using Causeway.Engine.Constraints.Forms;

namespace Causeway.Engine.Constraints.Frames;

/// <summary>How far an array has come.</summary>
/// <param name="Options">How it may be written.</param>
/// <param name="Form">What it may be.</param>
/// <param name="Room">Levels of nesting that are left for items.</param>
/// <param name="Count">Items so far.</param>
/// <param name="Counted">Those of them that count as contained.</param>
/// <param name="Seen">The items so far, where no two may be the same.</param>
internal sealed record ArrayProgress(ConstraintOptions Options, ArrayForm Form, int Room, int Count = 0, int Counted = 0, SeenTexts? Seen = null)
{
    public bool MayClose => Form.MayClose(Count, Counted);

    public bool MayGoOn => MayCount || MayNotCount;

    private bool MayNotCount => ArrayForm.Fits(Form.ItemAt(Count), Room) && Form.CanFinish(Count + 1, Counted, Room) && HasTextsLeft;

    private bool MayCount => ArrayForm.Fits(Form.CountedAt(Count), Room) && Form.CanFinish(Count + 1, Form.Saturate(Counted + 1), Room);

    private bool HasTextsLeft => Form.Unique is null || Seen is null || Languages.LanguageCount.Of(Form.Unique) > Seen.Count;

    /// <summary>What the next item may be, each with how far the array is behind it.</summary>
    public IEnumerable<(ValueForm Item, ArrayProgress Behind)> Next()
    {
        if (MayNotCount) yield return (Form.ItemAt(Count), this with { Count = Next(Count) });
        if (MayCount && Form.CountedAt(Count) is { } counted) yield return (counted, this with { Count = Next(Count), Counted = Form.Saturate(Counted + 1) });
    }

    public long Cost => Form.CostFrom(Count, Counted);

    // Beyond what the form looks at, counts are alike; so are then the frames.
    private int Next(int count) => Form.Max == int.MaxValue && count >= Form.Min && count >= Form.Items.Length ? count : count + 1;
}
