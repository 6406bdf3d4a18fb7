namespace Causeway.Engine.Constraints;

/// <summary>
/// A constraint that cannot be kept: a schema with a keyword that is not supported, that is no schema, that allows nothing, or that is too
/// large. The message is for whoever wrote the schema and names keyword and place; it never holds values of the schema.
/// </summary>
public sealed class ConstraintException : Exception
{
    public ConstraintException(string keyword, string pointer, string problem)
        : base($"{(keyword.Length == 0 ? "the schema" : keyword)} at {(pointer.Length == 0 ? "the root" : pointer)} {problem}")
    {
        Keyword = keyword;
        Pointer = pointer;
        Problem = problem;
    }

    /// <summary>The keyword that is at fault; empty where the schema as a whole is.</summary>
    public string Keyword { get; }

    /// <summary>A JSON pointer (RFC 6901) into the schema, to the subschema that has the keyword; empty for the root.</summary>
    public string Pointer { get; }

    /// <summary>What is wrong, as a clause: "is not supported: …".</summary>
    public string Problem { get; }
}
