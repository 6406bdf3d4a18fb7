namespace Causeway.Wire.Dialects;

/// <summary>A pair of tags around reasoning.</summary>
internal sealed record ReasoningTags(byte[] Open, byte[] Close)
{
    public static ReasoningTags Think { get; } = new("<think>"u8.ToArray(), "</think>"u8.ToArray());

    public static ReasoningTags MiniMaxThink { get; } = new("<mm:think>"u8.ToArray(), "</mm:think>"u8.ToArray());

    public static ReasoningTags Reasoning { get; } = new("<reasoning>"u8.ToArray(), "</reasoning>"u8.ToArray());

    public static ReasoningTags MistralThink { get; } = new("[THINK]"u8.ToArray(), "[/THINK]"u8.ToArray());

    public static ReasoningTags KimiThink { get; } = new("◁think▷"u8.ToArray(), "◁/think▷"u8.ToArray());
}
