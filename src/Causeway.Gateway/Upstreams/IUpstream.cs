using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Upstreams;

/// <summary>
/// Something that answers in OpenAI's dialect: chat completions, and perhaps more. Implementations are thread-safe and live across plans
/// as long as their part of the plan does not change. Disposal closes idle connections; calls in progress finish.
/// </summary>
public interface IUpstream : IDisposable
{
    /// <summary>
    /// Sends one attempt and returns once the answer's head is known. Failures to reach the upstream are a reply with a
    /// <see cref="UpstreamReply.Fault"/>, not an exception; only cancellation by <paramref name="cancel"/> throws.
    /// The caller disposes the reply, which aborts a body that was not read to its end.
    /// </summary>
    ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel);

    /// <summary>
    /// Opens so many connections, or uses those that are open once, so that a request finds one. Returns whether all are there; an upstream without
    /// connections always says yes.
    /// </summary>
    ValueTask<bool> WarmAsync(int connections, CancellationToken cancel) => new(true);

    /// <summary>Whether it can do this at all, for any model.</summary>
    bool Serves(Operation operation) => operation == Operation.Chat;

    /// <summary>Model names this upstream offers by itself, for <c>/v1/models</c> behind a pattern; empty when unknown.</summary>
    IReadOnlyList<string> OwnModels { get; }

    /// <summary>False only when it is certain that callers who ask for this model would be told that there is none.</summary>
    bool MayHave(string model) => true;
}

/// <summary>One attempt.</summary>
/// <param name="Body">The request's JSON as it shall leave. Valid until the reply is disposed; not to be modified.</param>
/// <param name="Stream">Whether an event stream is expected.</param>
/// <param name="Trace">W3C trace context for the upstream to continue; null when there is none.</param>
public readonly record struct UpstreamCall(ReadOnlyMemory<byte> Body, bool Stream, TraceContext? Trace)
{
    /// <summary>What is asked of it; one that it <see cref="IUpstream.Serves"/>.</summary>
    public Operation Operation { get; init; }

    /// <summary>The spec names the model, rather than the caller: an upstream that opens files by a model's name must know whose name it is.</summary>
    public bool IsModelOfPlan { get; init; }

    /// <summary>The model as the body names it, for an upstream whose address depends on it; empty when nobody asked.</summary>
    public string Model { get; init; } = "";

    /// <summary>The target's AWS Region; null elsewhere.</summary>
    public string? Region { get; init; }
}

/// <summary>W3C trace context as two headers carry it.</summary>
/// <param name="Parent"><c>traceparent</c>.</param>
/// <param name="State"><c>tracestate</c>; null without one.</param>
public sealed record TraceContext(string Parent, string? State)
{
    internal void Write(System.Net.Http.Headers.HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("traceparent", Parent);
        if (State is not null) headers.TryAddWithoutValidation("tracestate", State);
    }
}

/// <summary>Who failed, before there was an answer.</summary>
public enum UpstreamFault
{
    None,
    /// <summary>No connection: refused, no route, name not found, TLS.</summary>
    Unreachable,
    /// <summary>The connection broke before the answer's head was complete.</summary>
    ConnectionLost,
    /// <summary>The answer's head is not HTTP, or too large.</summary>
    InvalidHead,
    /// <summary>Nothing was sent: the gateway has no credentials to send.</summary>
    NoCredentials,
}

/// <summary>The head of an answer and its body. Owned by one exchange; not thread-safe.</summary>
public abstract class UpstreamReply : IDisposable
{
    public UpstreamFault Fault { get; protected init; }

    /// <summary>HTTP status; 0 when there is a <see cref="Fault"/>.</summary>
    public int Status { get; protected init; }

    /// <summary>Without parameters, lower case: <c>text/event-stream</c>; null when absent.</summary>
    public string? MediaType { get; protected init; }

    /// <summary>True for the built-in rehearsal upstream: the caller is told so in a header.</summary>
    public virtual bool IsRehearsal => false;

    /// <summary>Set when answers came but none that can be given to the caller: what the caller is told. The status is 200 then.</summary>
    public virtual WireError? Error => null;

    /// <summary>Set when an upstream in this process turns the request away in the gateway's own words: what the caller is told.</summary>
    public virtual WireError? Refusal => null;

    /// <summary>A response header's value, or null. Names are compared without case.</summary>
    public abstract string? Header(string name);

    /// <summary>Copies the headers a caller may see.</summary>
    public abstract void PassHeaders(IHeaderDictionary to);

    /// <summary>The raw body. Reading throws <see cref="IOException"/> when the upstream breaks off.</summary>
    public abstract Stream Body { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
