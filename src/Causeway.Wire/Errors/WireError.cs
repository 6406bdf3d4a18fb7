namespace Causeway.Wire.Errors;

/// <summary>
/// An error in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.
/// Usually made from the table by <see cref="ErrorCode.Error"/>; an upstream's own error keeps its type and code.
/// </summary>
public sealed record WireError(int Status, string Type, string? Code, string Message, string? Param)
{
    /// <summary>Seconds for the <c>Retry-After</c> header, when waiting helps.</summary>
    public int? RetryAfterSeconds { get; init; }
}
