using Causeway.Wire.Errors;

namespace Causeway.Gateway.Adapt;

/// <summary>A request made ready for one target.</summary>
/// <param name="Body">The JSON as it leaves. Valid until the next attempt is prepared.</param>
/// <param name="Receipt">Null when every part of the request left as it came.</param>
/// <param name="Edits">Null when the answer needs nothing.</param>
/// <param name="StripUsage">The upstream's usage chunk is the gateway's own wish and not for the caller.</param>
/// <param name="Refusal">Why the target must not be asked; null when it may.</param>
internal readonly record struct Adaptation(ReadOnlyMemory<byte> Body, Receipt? Receipt, AnswerEdits? Edits, bool StripUsage, WireError? Refusal = null);
