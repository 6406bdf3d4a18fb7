using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>A request that is not answered, and what its caller is told. Thrown on the way to an answer, never in the middle of one.</summary>
internal sealed class EmbeddedRefusal(WireError error) : Exception(error.Message)
{
    public WireError Error { get; } = error;
}
