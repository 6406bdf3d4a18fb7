using Causeway.Gateway.Upstreams;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>Answers came, but none that the caller can be given.</summary>
internal sealed class FailedReply : UpstreamReply
{
    public FailedReply(WireError error) => (Status, Error) = (200, error);

    public override WireError Error { get; }

    public override Stream Body => Stream.Null;

    public override string? Header(string name) => null;

    public override void PassHeaders(IHeaderDictionary to)
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
