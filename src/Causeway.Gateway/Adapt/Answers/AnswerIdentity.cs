using System.Buffers;
using Causeway.Wire.Answers;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// The members that say which answer a chunk belongs to (<c>id</c>, <c>created</c>, <c>model</c>, …): those of the first chunk seen, for all
/// chunks of one answer, also where several upstream answers become one. Thread-safe.
/// </summary>
internal sealed class AnswerIdentity
{
    private byte[]? _bytes;

    /// <summary><c>"object":"chat.completion.chunk","id":"…",…</c>; empty before the first chunk.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool IsKnown => _bytes is not null;

    /// <summary>Takes the members of an answer, unless there was one before.</summary>
    public void Learn(AnswerFrame frame, ReadOnlySpan<byte> json)
    {
        if (_bytes is not null) return;
        var members = new RentedBuffer();
        members.Write("\"object\":\"chat.completion.chunk\""u8);
        foreach (var member in frame.Identity)
        {
            var raw = member.Range.In(json);
            if (member.IsNull || raw.StartsWith("\"object\""u8)) continue;
            members.Write(","u8);
            members.Write(raw);
        }
        Interlocked.CompareExchange(ref _bytes, members.Span.ToArray(), null);
        members.Release();
    }
}
