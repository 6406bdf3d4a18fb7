using Causeway.Gateway.Upstreams;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>An answer of an embedded model, or why there is none. Disposal ends an answer that is still being made.</summary>
internal sealed class EmbeddedReply : UpstreamReply
{
    /// <summary>Milliseconds that the caller waited for the model to be loaded; absent when it was in memory.</summary>
    public const string LoadHeader = "x-causeway-model-load-ms";

    private readonly TimeSpan _coldStart;

    public EmbeddedReply(string mediaType, Stream body, TimeSpan coldStart)
    {
        (Status, MediaType, Body, _coldStart) = (StatusCodes.Status200OK, mediaType, body, coldStart);
    }

    public EmbeddedReply(WireError refusal)
    {
        (Status, Refusal, Body) = (refusal.Status, refusal, Stream.Null);
    }

    public override WireError? Refusal { get; }

    public override Stream Body { get; }

    public override string? Header(string name) => null;

    public override void PassHeaders(IHeaderDictionary to)
    {
        if (_coldStart > TimeSpan.Zero) to[LoadHeader] = ((long)_coldStart.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Body.Dispose();
    }
}
