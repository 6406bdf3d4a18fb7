namespace Causeway.Engine.Constraints;

/// <summary>How the JSON of a constraint may be written.</summary>
public sealed record ConstraintOptions
{
    public static ConstraintOptions Default { get; } = new();

    /// <summary>
    /// Characters of white space in a row, at most, wherever JSON allows some inside a value. 0 is compact. Models like to go on with white
    /// space for ever, so a bound there must be.
    /// </summary>
    public int MaxWhitespace { get; init; } = 1;

    /// <summary>
    /// Whether members of objects come in the order of the schema, as OpenAI's structured outputs have them: first the ones of
    /// <c>properties</c>, then other required ones, then any others. False: in any order.
    /// </summary>
    public bool KeepsOrder { get; init; } = true;

    /// <summary>How deep arrays and objects may nest.</summary>
    public int MaxDepth { get; init; } = 64;
}
