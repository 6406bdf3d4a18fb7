using Causeway.Gateway.Route;
using Causeway.Gateway.Upstreams;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Settle;

/// <summary>
/// Turns a finished call into its ledger row, exactly once, whatever the end was. Strangers are counted, not recorded: who may not call
/// must not be able to fill the disk either.
/// </summary>
internal sealed class Settlement(LedgerState ledger, RouteBudgets budgets, GatewayMeter meter, SunsetLog sunsets)
{
    public void Settle(Call call)
    {
        if (call.IsIdentified) Record(call);
        else meter.Unauthorized();
    }

    private void Record(Call call)
    {
        var (usage, source) = UsageOf(call);
        var (duration, overhead, firstByte) = call.Micros();
        var cost = CostOf(call, usage);
        if (cost > 0 && call.Route is { } route) budgets.Add(route.Name, call.StartedAt, cost.Value);
        var row = new Exchange
        {
            Id = call.Id,
            StartedAt = (call.StartedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
            PlanHash = call.Active.Plan.Hash,
            Key = call.Key?.Name,
            Route = call.Route?.Name,
            RouteReason = call.RouteReason,
            RequestedModel = call.Envelope.Model,
            ServedModel = call.ServedModel,
            Upstream = call.Served?.Upstream,
            Status = call.Status,
            Outcome = call.Outcome,
            ErrorCode = call.ErrorCode,
            Stream = call.Envelope.Stream,
            Attempts = call.Attempts.Count == 0 ? null : call.Attempts.ToString(),
            UpstreamSaid = call.UpstreamSaid,
            FinishReason = call.FinishReason,
            Usage = usage.Plus(call.Spent),
            UsageSource = source,
            PriceHash = cost is null ? null : call.Active.Plan.Prices.Hash,
            CostNanos = cost,
            FirstByteMicros = firstByte,
            DurationMicros = duration,
            OverheadMicros = overhead,
            RequestBytes = call.Body.Length,
            ResponseBytes = call.ResponseBytes,
            Params = call.Params,
            Operation = call.Operation.Name(),
        };
        ledger.Record(row);
        call.Trace.End(call, row);
        meter.Settled(call.Outcome, call.Status, duration, overhead);
        sunsets.Notice(call);
    }

    /// <summary>Of the answer that the caller got, at the price of the model that gave it, and of those that were thrown away, at theirs.</summary>
    private static long? CostOf(Call call, TokenUsage usage)
    {
        if (call is { StatedUsage: null, FirstByteTicks: null } || call.ServedModel is not { } model) return call.SpentNanos;
        var cost = call.Active.Plan.Prices.Find(call.Served!.Upstream, model)?.Cost(usage);
        return cost is null ? call.SpentNanos : ModelPrice.Sum(cost.Value, call.SpentNanos.GetValueOrDefault());
    }

    /// <summary>Of the answer that the caller got.</summary>
    private static (TokenUsage, UsageSource) UsageOf(Call call)
    {
        if (call.StatedUsage is { } stated) return (stated, call.UsageIsCounted ? UsageSource.Counted : UsageSource.Upstream);
        if (call.FirstByteTicks is not null) return (call.EstimatedUsage(), UsageSource.Counted);
        return (default, call.Spent == default ? UsageSource.None : UsageSource.Upstream);
    }
}
