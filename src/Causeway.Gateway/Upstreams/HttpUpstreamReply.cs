using Causeway.Gateway.Relay;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Upstreams;

/// <summary>An answer over HTTP. Disposal before the end of the body closes the connection (or resets the h2 stream).</summary>
internal sealed class HttpUpstreamReply : UpstreamReply
{
    private readonly HttpResponseMessage? _response;

    public HttpUpstreamReply(UpstreamFault fault) => Fault = fault;

    public HttpUpstreamReply(HttpResponseMessage response)
    {
        _response = response;
        Status = (int)response.StatusCode;
        MediaType = MediaTypeOf(response);
    }

    // Without a content the framework gives an empty stream: nothing here waits.
    public override Stream Body => _response is null ? Stream.Null : _response.Content.ReadAsStream();

    public override void PassHeaders(IHeaderDictionary to)
    {
        if (_response is null) return;
        foreach (var (name, values) in _response.Headers.NonValidated)
            if (AnswerHead.MayPass(name)) to[name] = values.ToString();
    }

    public override string? Header(string name) =>
        _response is not null && _response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    protected override void Dispose(bool disposing) => _response?.Dispose();

    private static string? MediaTypeOf(HttpResponseMessage response)
    {
        if (!response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)) return null;
        var raw = values.ToString();
        return raw switch
        {
            "application/json" => "application/json",
            "text/event-stream" or "text/event-stream; charset=utf-8" => "text/event-stream",
            _ => WithoutParameters(raw),
        };
    }

    private static string WithoutParameters(string raw)
    {
        var end = raw.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? raw : raw[..end]).Trim().ToLowerInvariant();
    }
}
