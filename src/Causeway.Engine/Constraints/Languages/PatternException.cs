namespace Causeway.Engine.Constraints.Languages;

/// <summary>A pattern that is none, or says what no finite automaton can decide. The message is a clause: "it looks around".</summary>
internal sealed class PatternException(string message) : Exception(message);
