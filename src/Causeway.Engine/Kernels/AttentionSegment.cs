namespace Causeway.Engine.Kernels;

/// <summary>Consecutive positions of one sequence in a pass: one for a token that is decoded, many for a piece of a prompt.</summary>
/// <param name="FirstRow">The row of the pass's batch that holds the first of them.</param>
/// <param name="Rows">How many.</param>
/// <param name="FirstPosition">The first row's position in the sequence.</param>
/// <param name="FirstPage">Where the sequence's pages start in the pass's page table; page i of it holds positions 16 i to 16 i + 15.</param>
internal readonly record struct AttentionSegment(int FirstRow, int Rows, int FirstPosition, int FirstPage);

/// <summary>What attention must know of a layer.</summary>
/// <param name="Heads">Query heads, a multiple of the KV heads: head h reads KV head h / (Heads / KvHeads).</param>
/// <param name="Scale">What a score is multiplied with.</param>
/// <param name="Window">How many positions back a query sees, itself included; 0 for all.</param>
internal readonly record struct AttentionShape(int Heads, float Scale, int Window);
