using System.Collections.Immutable;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Route;

/// <summary>Where a request of a route goes, and why: everything but the budget and the breakers is a pure function of plan and request.</summary>
/// <param name="Targets">In the order in which they are tried; empty when the budget is spent and nothing else is to serve.</param>
/// <param name="Reason">As in the ledger and in the <c>x-causeway-route</c> header: <c>task=code; reason=diff; sticky=user; degraded=budget</c>.</param>
internal readonly record struct RouteChoice(ImmutableArray<TargetPlan> Targets, string? Reason)
{
    /// <param name="isSpent">Whether the route's budget of the day is spent.</param>
    /// <param name="isOpen">Whether a target's breaker is open, or its upstream switched off.</param>
    public static RouteChoice Of(RouteTable routes, RoutePlan route, RouteQuestion question, bool isSpent, Func<TargetPlan, bool> isOpen)
    {
        var reason = question.KnownTask is { } task ? $"task={task.Word}; reason={task.Reason}" : null;
        if (route.Routing is not { } routing) return new(route.Targets, reason);
        if (isSpent) return routing.Degrade is { OnBudget: true } cheaper ? new([cheaper.To], And(reason, "degraded=budget")) : new([], And(reason, "refused=budget"));

        var targets = route.Targets;
        if (routing.HasWeights)
        {
            var (source, value) = question.Identity(routing.Sticky);
            var draw = routes.DrawOf(route);
            targets = draw.Orders[draw.Draw(TargetDraw.Seed(route.Name, $"{source}:{value}"))];
            reason = And(reason, $"sticky={source}");
        }
        return routing.Degrade is { OnBreaker: true } other && isOpen(targets[0])
            ? new([other.To, .. targets], And(reason, "degraded=breaker"))
            : new(targets, reason);
    }

    private static string And(string? reason, string more) => reason is null ? more : $"{reason}; {more}";
}
