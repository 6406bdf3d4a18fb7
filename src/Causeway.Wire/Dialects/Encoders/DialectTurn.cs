namespace Causeway.Wire.Dialects.Encoders;

/// <summary>A tool call to be written in a model's own markup.</summary>
/// <param name="Name">Of the function.</param>
/// <param name="Arguments">A JSON object, as in OpenAI's <c>arguments</c>.</param>
/// <param name="Id">The call's id; families without ids on the wire leave it out.</param>
public sealed record DialectCall(string Name, string Arguments, string Id = "");

/// <summary>What an assistant said in one turn.</summary>
/// <param name="Content">Text before the calls; empty for none.</param>
/// <param name="Calls">In their order.</param>
/// <param name="Reasoning">Null: none, and no tags for it.</param>
public sealed record DialectTurn(string Content, IReadOnlyList<DialectCall> Calls, string? Reasoning = null);
