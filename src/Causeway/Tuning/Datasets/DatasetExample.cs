namespace Causeway.Tuning.Datasets;

/// <summary>One line of a file to learn from, checked. Immutable.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Json">As it stands in the file: UTF-8 without the line's end.</param>
/// <param name="Hash">SHA-256 of the content: the same for other white space, other escapes and members in another order.</param>
/// <param name="PromptHash">SHA-256 of the messages before the last of the assistant's turns (before the outputs, with DPO).</param>
internal sealed record DatasetExample(int Line, ReadOnlyMemory<byte> Json, string Hash, string PromptHash);
