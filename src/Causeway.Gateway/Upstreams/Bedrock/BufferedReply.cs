using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>A reply whose body had to be read before it could be handed on.</summary>
internal sealed class BufferedReply : UpstreamReply
{
    private readonly UpstreamReply _head;
    private readonly MemoryStream _body;

    public BufferedReply(UpstreamReply head, byte[] body)
    {
        (_head, _body) = (head, new MemoryStream(body, writable: false));
        (Status, MediaType) = (head.Status, head.MediaType);
    }

    public override Stream Body => _body;

    public override string? Header(string name) => _head.Header(name);

    public override void PassHeaders(IHeaderDictionary to) => _head.PassHeaders(to);

    protected override void Dispose(bool disposing)
    {
        _body.Dispose();
        _head.Dispose();
    }
}
