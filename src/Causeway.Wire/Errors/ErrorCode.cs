namespace Causeway.Wire.Errors;

/// <summary>
/// One row of the error table: what a caller can be told. <see cref="Code"/> is stable and documented in
/// <c>docs/reference/errors.md</c>; a test compares the two both ways.
/// </summary>
/// <param name="Code">The value of <c>error.code</c>.</param>
/// <param name="Status">HTTP status; official SDKs choose their exception type by it.</param>
/// <param name="Type">The value of <c>error.type</c>, in OpenAI's vocabulary.</param>
/// <param name="Meaning">One sentence for the documentation: when this is answered.</param>
/// <param name="Remedy">One sentence for the documentation: what to do.</param>
public sealed record ErrorCode(string Code, int Status, string Type, string Meaning, string Remedy)
{
    /// <summary>An error of this code. The message reaches the caller: no secret, no internal address.</summary>
    public WireError Error(string message, string? param = null) => new(Status, Type, Code, message, param);
}
