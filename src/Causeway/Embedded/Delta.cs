using Causeway.Engine.Serving;

namespace Causeway.Embedded;

/// <summary>What a piece of an answer is.</summary>
internal enum DeltaKind
{
    Content,
    Reasoning,
    /// <summary>A tool call begins: <c>Id</c> and <c>Text</c>, its name.</summary>
    CallBegin,
    /// <summary>More of the arguments of call <c>Call</c>.</summary>
    Arguments,
    /// <summary>The choice is over: <c>Text</c> is its finish reason.</summary>
    Finish,
}

/// <summary>A piece of one choice of an answer, in the order in which it was said.</summary>
/// <param name="Call">Of the choice's tool calls, from 0.</param>
/// <param name="Tokens">The tokens whose log probabilities go with this piece; empty when they were not asked for.</param>
internal readonly record struct Delta(int Choice, DeltaKind Kind, string Text, int Call, string? Id, IReadOnlyList<GeneratedToken> Tokens);
