using System.Collections.Immutable;
using Causeway.Gateway.Adapt;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Resilience;
using Causeway.Gateway.Route;
using Causeway.Gateway.Trace;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway;

/// <summary>
/// Everything one exchange knows about itself, filled in by the pipeline's steps in their order. Pooled: <see cref="Begin"/> and
/// <see cref="End"/> bracket one use. Used by one request at a time; only <see cref="Deadline"/> is touched by other threads.
/// </summary>
internal sealed class Call(TimeProvider time) : IDisposable
{
    private long _startTimestamp;
    private long _waitTicks;

    public HttpContext Http { get; private set; } = null!;
    public ActivePlan Active { get; private set; } = null!;
    public Deadline Deadline { get; } = new(time);

    public Guid Id { get; private set; }
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>What the caller asks for, by the path.</summary>
    public Operation Operation { get; private set; }

    // Identify
    public bool IsIdentified { get; set; }
    public KeyPlan? Key { get; set; }

    // Read
    public RentedBuffer Body { get; } = new();
    public long BodyReserved { get; set; }
    public ChatEnvelope Envelope;

    // Route, Admit
    public RoutePlan? Route { get; set; }

    /// <summary>Where to try, in this order.</summary>
    public ImmutableArray<TargetPlan> Targets { get; set; } = [];

    /// <summary>Set when a condition or a draw had to look at the request.</summary>
    public RouteQuestion? Question { get; set; }

    /// <summary>Why this route and this order; null for a plain route.</summary>
    public string? RouteReason { get; set; }
    public bool Admitted { get; set; }

    // Forward
    public RentedBuffer Spliced { get; } = new();

    /// <summary>Made when a target with a profile is first asked, then kept with the call.</summary>
    public RequestDraft Draft => field ??= new RequestDraft();
    public AttemptLog Attempts { get; } = new();
    public TargetPlan? Served { get; set; }
    private BreakerState? _trial;

    /// <summary>The last error text of an upstream, cleaned; null when none said anything.</summary>
    public string? UpstreamSaid { get; set; }

    /// <summary>What became of the parts of the request that did not leave as they came, at the last attempt; null when all did.</summary>
    public string? Params { get; private set; }

    // Relay
    public RentedBuffer Answer { get; } = new();
    public RentedBuffer Repaired { get; } = new();
    public ChunkTap Tap { get; } = new();
    public TokenUsage? StatedUsage { get; set; }
    public long CompletionEstimate { get; set; }

    /// <summary>Tokens of answers that were paid for but not given to the caller.</summary>
    public TokenUsage Spent { get; private set; }

    /// <summary>What <see cref="Spent"/> cost, each at the price of the model that was paid; null when none of them has a price.</summary>
    public long? SpentNanos { get; private set; }

    /// <summary>The usage that the answer states is the gateway's own count.</summary>
    public bool UsageIsCounted { get; set; }
    public string? FinishReason { get; set; }
    public long ResponseBytes { get; set; }
    public long? FirstByteTicks { get; private set; }

    // Settle
    public Outcome Outcome { get; set; }
    public int Status { get; set; }
    public string? ErrorCode { get; set; }

    /// <summary>The answer broke off after its first byte: the connection must end without the terminating chunk.</summary>
    public bool IsCut { get; set; }

    public ExchangeTrace Trace { get; } = new();

    public LimitsPlan Limits => Active.Plan.Limits;
    public string? ServedModel => Served is null ? null : Served.Model ?? Envelope.Model;
    public bool ClientIsGone => Http.RequestAborted.IsCancellationRequested;

    public void Begin(HttpContext http, ActivePlan active, Operation operation)
    {
        Http = http;
        Operation = operation;
        Active = active;
        StartedAt = time.GetUtcNow();
        Id = RequestId.New(StartedAt);
        _startTimestamp = time.GetTimestamp();
        Deadline.Start(_startTimestamp, active.Plan.Limits.Total);
    }

    /// <summary>Forgets what an earlier attempt has read.</summary>
    public void ResetAnswer()
    {
        Answer.Clear();
        Tap.Reset();
        (StatedUsage, FinishReason, CompletionEstimate, UsageIsCounted) = (null, null, 0, false);
    }

    /// <summary>Says in the answer's head what was done with the request. Before the first byte only.</summary>
    public void Tell(Receipt? receipt)
    {
        if (receipt is null && Params is null) return;
        Params = receipt?.ToString();
        Http.Response.Headers[Receipt.Header] = Params;
    }

    /// <summary>Counts answers of <paramref name="target"/> that the caller does not get.</summary>
    public void Spend(TargetPlan target, TokenUsage usage)
    {
        Spent = Spent.Plus(usage);
        if (Active.Plan.Prices.Find(target.Upstream, target.Model ?? Envelope.Model)?.Cost(usage) is { } nanos)
            SpentNanos = ModelPrice.Sum(SpentNanos.GetValueOrDefault(), nanos);
    }

    /// <summary>The gateway's own count, for an upstream that states none or nonsense.</summary>
    public TokenUsage EstimatedUsage() => new(
        Operation == Operation.Chat ? TokenEstimate.OfPrompt(Body.Span, Envelope) : TokenEstimate.OfInput(Body.Span, Envelope), CompletionEstimate);

    /// <summary>Gives all memory back and forgets the exchange.</summary>
    public void End()
    {
        Deadline.Stop();
        Trace.Reset();
        Body.Release();
        Spliced.Release();
        Answer.Release();
        Repaired.Release();
        Attempts.Clear();
        Http = null!;
        Active = null!;
        Key = null;
        Envelope = default;
        Tap.Reset();
        (Route, Question, RouteReason, Targets) = (null, null, null, []);
        Served = null;
        Params = null;
        (BodyReserved, ResponseBytes, CompletionEstimate, _waitTicks) = (0, 0, 0, 0);
        (IsIdentified, Admitted, IsCut, UsageIsCounted) = (false, false, false, false);
        (Spent, SpentNanos) = (default, null);
        (StatedUsage, FinishReason, FirstByteTicks, ErrorCode, UpstreamSaid) = (null, null, null, null, null);
        (Outcome, Status) = (Outcome.Succeeded, 0);
    }

    public long Timestamp() => time.GetTimestamp();

    /// <summary>Counts the time since <paramref name="timestamp"/> as waiting for somebody else: it is not our overhead.</summary>
    public void Waited(long timestamp) => _waitTicks += time.GetTimestamp() - timestamp;

    public void MarkFirstByte()
    {
        if (FirstByteTicks is not null) return;
        FirstByteTicks = time.GetTimestamp() - _startTimestamp;
        // A stream may go on for minutes: others need not wait for its end to learn that the upstream is back.
        TakeTrial()?.TrialSucceeded();
    }

    /// <summary>This attempt finds out for <paramref name="breaker"/> whether an upstream is back.</summary>
    public void BeginTrial(BreakerState breaker) => _trial = breaker;

    /// <summary>The trial whose end is still to be reported, if there is one. Whoever takes it reports it.</summary>
    public BreakerState? TakeTrial()
    {
        var trial = _trial;
        _trial = null;
        return trial;
    }

    public (long Duration, long Overhead, long? FirstByte) Micros()
    {
        var duration = time.GetTimestamp() - _startTimestamp;
        return (Micros(duration), Micros(Math.Max(0, duration - _waitTicks)), FirstByteTicks is { } ticks ? Micros(ticks) : null);
    }

    /// <summary>The caller was told <paramref name="error"/>, before (<see cref="Outcome.Refused"/>, <see cref="Outcome.Failed"/>) or inside (<see cref="Outcome.Cut"/>) an answer.</summary>
    public void Fail(Outcome outcome, WireError error)
    {
        Outcome = outcome;
        ErrorCode = error.Code;
        if (outcome != Outcome.Cut) Status = error.Status;
    }

    public void Dispose() => Deadline.Dispose();

    private long Micros(long ticks) => (long)(ticks * (1_000_000.0 / time.TimestampFrequency));
}
