using Causeway.Gateway.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>A successful reply with another body. The head is that of the first of the replies it was made from; all are disposed with it.</summary>
internal sealed class EditedReply : UpstreamReply
{
    private readonly IReadOnlyList<UpstreamReply> _replies;

    public EditedReply(IReadOnlyList<UpstreamReply> replies, string mediaType, Stream body)
    {
        _replies = replies;
        (Status, MediaType, Body) = (200, mediaType, body);
    }

    public override bool IsRehearsal => _replies[0].IsRehearsal;

    public override Stream Body { get; }

    public override string? Header(string name) => _replies[0].Header(name);

    public override void PassHeaders(IHeaderDictionary to) => _replies[0].PassHeaders(to);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        // First the sources: a read under way ends before the buffers are looked at.
        foreach (var reply in _replies) reply.Dispose();
        Body.Dispose();
    }
}
