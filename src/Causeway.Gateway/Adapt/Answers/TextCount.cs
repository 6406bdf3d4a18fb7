using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>The gateway's own count of what an upstream generated.</summary>
internal sealed class TextCount
{
    private TokenEstimate _estimate;

    public long Tokens => _estimate.Tokens;

    public void Add(AnswerParts parts)
    {
        for (var i = 0; i < parts.Count; i++)
            if (parts[i].Kind != PartKind.Finish) _estimate.Add(parts[i].Data);
    }
}
