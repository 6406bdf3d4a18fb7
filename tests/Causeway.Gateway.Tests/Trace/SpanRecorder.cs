using System.Collections.Concurrent;
using System.Diagnostics;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Trace;

/// <summary>Listens to the gateway's spans of one trace; other traces, which other tests may be making, are as if nobody listened.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = [];

    public SpanRecorder(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayServer.TelemetryName,
            Sample = (ref options) => options.Parent.TraceId == TraceId ? sampling : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == TraceId) _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ActivityTraceId TraceId { get; } = ActivityTraceId.CreateRandom();
    public ActivitySpanId CallerSpan { get; } = ActivitySpanId.CreateRandom();
    public string TraceParent => $"00-{TraceId}-{CallerSpan}-01";
    public IReadOnlyCollection<Activity> Ended => _ended;

    /// <summary>The span of the exchange and those of its attempts, in order, once the exchange has ended.</summary>
    public async Task<(Activity Exchange, Activity[] Attempts)> SpansAsync()
    {
        await Eventually.TrueAsync(() => _ended.Any(span => span.Kind == ActivityKind.Server), "the exchange's span ends");
        return (_ended.Single(span => span.Kind == ActivityKind.Server), [.. _ended.Where(span => span.Kind == ActivityKind.Client)]);
    }

    /// <summary>Sends a request that is part of this trace.</summary>
    public async Task<string> AskAsync(TestGateway gateway, string json, string? state = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(json) };
        request.Headers.Add("traceparent", TraceParent);
        if (state is not null) request.Headers.Add("tracestate", state);
        if (key is not null) request.Headers.Add("Authorization", "Bearer " + key);
        using var answer = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        try
        {
            return await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => _listener.Dispose();
}
