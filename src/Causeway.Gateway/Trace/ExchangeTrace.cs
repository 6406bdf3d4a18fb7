using System.Diagnostics;
using System.Globalization;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Resilience;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Trace;

/// <summary>
/// The spans of one exchange: one for the whole, and below it one for each attempt, whose context the upstream is given. Nothing that a person or
/// a model wrote goes into them. Lives with its call and costs a look at the source while nobody listens. Not thread-safe.
/// </summary>
internal sealed class ExchangeTrace
{
    // W3C Trace Context, 3.3.1.3: what a vendor should be able to pass on. A longer one is not worth carrying.
    private const int MaxStateLength = 512;
    private const int MaxParentLength = 128;

    private static readonly ActivitySource _source = new(GatewayServer.TelemetryName);
    private static readonly string[] _outcomes = Enum.GetNames<Outcome>();
    private static readonly string[] _usageSources = Enum.GetNames<UsageSource>();

    private Activity? _exchange;
    private Activity? _attempt;
    private int _attempts;

    /// <summary>For callers that have shown who they are: others are counted, and leave no trace.</summary>
    public void Begin(Call call)
    {
        if (!_source.HasListeners()) return;
        var headers = call.Http.Request.Headers;
        ActivityContext.TryParse(ParentOf(headers), StateOf(headers), isRemote: true, out var parent);
        _exchange = _source.StartActivity(TraceNames.ExchangeSpan(call.Operation), ActivityKind.Server, parent, startTime: call.StartedAt);
    }

    public void BeginAttempt(Call call, Turn turn)
    {
        if (_exchange is null) return;
        EndAttempt();
        _attempts++;
        _attempt = _source.StartActivity($"{TraceNames.NameOf(call.Operation)} {call.ServedModel}", ActivityKind.Client, _exchange.Context);
        if (_attempt is not { IsAllDataRequested: true } span) return;
        var (plan, target) = (turn.Lane.Plan, turn.Target);
        span.SetTag(TraceNames.Operation, TraceNames.NameOf(call.Operation));
        span.SetTag(TraceNames.Provider, ProviderOf(plan.Kind));
        span.SetTag(TraceNames.RequestModel, call.ServedModel);
        span.SetTag(TraceNames.Upstream, target.Upstream);
        span.SetTag(TraceNames.AttemptNumber, _attempts);
        if (target.Region is not null) span.SetTag(TraceNames.CloudRegion, target.Region);
        if (turn.Pass == BreakerPass.Trial) span.SetTag(TraceNames.AttemptIsTrial, true);
        if (plan.BaseUrl is not { } url) return;
        span.SetTag(TraceNames.ServerAddress, url.Host);
        span.SetTag(TraceNames.ServerPort, url.Port);
    }

    public void EndAttempt(Call call, AttemptOutcome outcome)
    {
        if (_attempt is { IsAllDataRequested: true } span)
        {
            span.SetTag(TraceNames.AttemptResult, outcome.Label);
            if (StatusIn(outcome.Label) is { } status) span.SetTag(TraceNames.HttpStatus, status);
            if (call.Params is not null) span.SetTag(TraceNames.Params, call.Params);
            // An answer that broke off is one to the caller, and an error of this attempt.
            if ((outcome.Error?.Code ?? (call.Outcome == Outcome.Cut ? call.ErrorCode : null)) is { } code) Fail(span, code);
            if (outcome.IsAnswered) DescribeAnswer(span, call);
        }
        EndAttempt();
    }

    /// <summary>Says what the ledger's row says, and ends.</summary>
    public void End(Call call, Exchange row)
    {
        EndAttempt();
        if (_exchange is { IsAllDataRequested: true } span)
        {
            DescribeRequest(span, call, row);
            DescribeEnd(span, row);
        }
        Reset();
    }

    /// <summary>Forgets the exchange; a span that is still open ends as it is.</summary>
    public void Reset()
    {
        EndAttempt();
        _exchange?.Dispose();
        (_exchange, _attempts) = (null, 0);
    }

    /// <summary>What the upstream shall continue: our attempt, or the caller's own context as it came. Null without either.</summary>
    public TraceContext? ContextFor(Call call)
    {
        if ((_attempt ?? _exchange) is { Id: { } id } span) return new TraceContext(id, span.TraceStateString);
        var headers = call.Http.Request.Headers;
        return ParentOf(headers) is { } parent ? new TraceContext(parent, StateOf(headers)) : null;
    }

    private void EndAttempt()
    {
        _attempt?.Dispose();
        _attempt = null;
    }

    private static void DescribeAnswer(Activity span, Call call)
    {
        if (call.FinishReason is { } reason) span.SetTag(TraceNames.FinishReasons, new[] { reason });
        if (call.StatedUsage is not { } usage) return;
        span.SetTag(TraceNames.InputTokens, usage.Prompt);
        span.SetTag(TraceNames.OutputTokens, usage.Completion);
    }

    private static void DescribeRequest(Activity span, Call call, Exchange row)
    {
        span.SetTag(TraceNames.HttpMethod, HttpMethods.Post);
        span.SetTag(TraceNames.HttpRoute, call.Http.Request.Path.Value);
        span.SetTag(TraceNames.UrlPath, call.Http.Request.Path.Value);
        span.SetTag(TraceNames.Operation, TraceNames.NameOf(call.Operation));
        span.SetTag(TraceNames.RequestId, row.Id.ToString());
        span.SetTag(TraceNames.Plan, row.PlanHash);
        span.SetTag(TraceNames.Stream, row.Stream);
        SetTag(span, TraceNames.Key, row.Key);
        SetTag(span, TraceNames.RequestModel, row.RequestedModel);
        SetTag(span, TraceNames.ResponseModel, row.ServedModel);
        SetTag(span, TraceNames.Route, row.Route);
        SetTag(span, TraceNames.RouteReason, row.RouteReason);
        SetTag(span, TraceNames.Upstream, row.Upstream);
        SetTag(span, TraceNames.Params, row.Params);
        SetTag(span, TraceNames.Attempts, row.Attempts);
    }

    private static void DescribeEnd(Activity span, Exchange row)
    {
        span.SetTag(TraceNames.Outcome, _outcomes[(int)row.Outcome]);
        if (row.Status > 0) span.SetTag(TraceNames.HttpStatus, row.Status);
        if (row.FirstByteMicros is { } micros) span.SetTag(TraceNames.FirstByte, micros / 1e6);
        if (row.UsageSource != UsageSource.None)
        {
            span.SetTag(TraceNames.TotalInputTokens, row.Usage.Prompt);
            span.SetTag(TraceNames.TotalOutputTokens, row.Usage.Completion);
            span.SetTag(TraceNames.UsageSource, _usageSources[(int)row.UsageSource]);
        }
        if (row.CostNanos is { } cost) span.SetTag(TraceNames.CostNanos, cost);
        if (row.ErrorCode is not { } code) return;
        // A caller's mistake is no failure of the server's: HTTP's convention leaves such a span's status alone.
        if (row.Status is >= 400 and < 500) span.SetTag(TraceNames.ErrorType, code);
        else Fail(span, code);
    }

    private static void Fail(Activity span, string code)
    {
        span.SetTag(TraceNames.ErrorType, code);
        span.SetStatus(ActivityStatusCode.Error, code);
    }

    private static void SetTag(Activity span, string name, string? value)
    {
        if (value is not null) span.SetTag(name, value);
    }

    private static string ProviderOf(UpstreamKind kind) => kind switch
    {
        UpstreamKind.Bedrock => "aws.bedrock",
        UpstreamKind.Rehearsal => "causeway.rehearsal",
        UpstreamKind.Embedded => "causeway.embedded",
        _ => "openai",
    };

    /// <summary>The status that a label begins with: <c>503</c>, <c>200 invalid</c>.</summary>
    private static int? StatusIn(string label) =>
        label.Length >= 3 && int.TryParse(label.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;

    private static string? ParentOf(IHeaderDictionary headers) => headers.TraceParent is [{ Length: > 0 and <= MaxParentLength } value] ? value : null;

    private static string? StateOf(IHeaderDictionary headers) => headers.TraceState.ToString() is { Length: > 0 and <= MaxStateLength } state ? state : null;
}
