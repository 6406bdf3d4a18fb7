namespace Causeway.Engine.Constraints.Frames;

/// <summary>Reading several bytes.</summary>
internal static class Reading
{
    public static FrameSet Bytes(FrameSet from, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            var into = new FrameSet();
            from.Step(value, into);
            from = into;
            if (from.Count == 0) break;
        }
        return from;
    }
}
