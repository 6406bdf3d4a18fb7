namespace Causeway.Engine.Tokenizers;

/// <summary>A token that is found in the text before anything is merged.</summary>
/// <param name="Spelling">UTF-8, not empty.</param>
/// <param name="IsControl">Only template text may spell it: marked special, or known to nothing but the list of added tokens.</param>
/// <param name="TakesLeft">Whitespace before it belongs to it.</param>
/// <param name="TakesRight">Whitespace after it belongs to it.</param>
/// <param name="WholeWord">Not inside a word.</param>
internal sealed record AddedToken(int Id, byte[] Spelling, bool IsControl, bool TakesLeft, bool TakesRight, bool WholeWord);
