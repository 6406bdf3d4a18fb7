using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Upstreams.Rehearsal;

internal sealed class RehearsalReply : UpstreamReply
{
    public const string Json = "application/json";
    public const string EventStream = "text/event-stream";

    private readonly KeyValuePair<string, string>[] _headers;

    public RehearsalReply(int status, string mediaType, Stream body, params ReadOnlySpan<KeyValuePair<string, string>> headers)
    {
        Status = status;
        MediaType = mediaType;
        Body = body;
        _headers = [new("content-type", mediaType), .. headers];
    }

    /// <summary>No answer at all.</summary>
    public RehearsalReply(UpstreamFault fault)
    {
        Fault = fault;
        Body = Stream.Null;
        _headers = [];
    }

    public override bool IsRehearsal => true;

    public override void PassHeaders(IHeaderDictionary to)
    {
        foreach (var (name, value) in _headers)
            if (Relay.AnswerHead.MayPass(name)) to[name] = value;
    }

    public override Stream Body { get; }

    public override string? Header(string name)
    {
        foreach (var header in _headers)
            if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) return header.Value;
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Body.Dispose();
    }
}
