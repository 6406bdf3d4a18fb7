using Causeway.Wire.Errors;

namespace Causeway.Tuning;

/// <summary>What a caller of files and jobs is told instead of an answer.</summary>
internal sealed class TuningRefusal(WireError error) : Exception(error.Message)
{
    public WireError Error { get; } = error;
}
