using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Route;

/// <summary>
/// The pipeline's Route step: finds the route of a request and the order of its targets. A route that asks for nothing but a model costs one
/// look-up; only conditions and draws look further. What was decided beyond that is told in <c>x-causeway-route</c> and in the ledger.
/// </summary>
internal sealed class Router(RouteBudgets budgets, TimeProvider time)
{
    public const string Header = "x-causeway-route";

    /// <summary>Sets the call's route, targets and reason, or says why it is not served.</summary>
    public WireError? Route(Call call)
    {
        var routes = call.Active.Plan.Routes;
        call.Route = routes.Find(call.Envelope.Model, call, static (conditions, c) => (c.Question ??= QuestionOf(c)).Meets(conditions));
        if (call.Question?.Problem is { } problem) return problem;
        if (call.Route is not { } route) return NotFound(call);
        if (call.Active.Plan.KilledRoutes.Contains(route.Name)) return ErrorCodes.RouteKilled.Error("The operator has switched off what was asked for.");
        call.Targets = route.Targets;
        return route.Routing is null && call.Question is null ? null : Choose(call, route);
    }

    private WireError? Choose(Call call, RoutePlan route)
    {
        var now = time.GetUtcNow();
        if (route.Routing?.UsdPerDay is not null) budgets.Prime(call.Active.Plan);
        var choice = RouteChoice.Of(call.Active.Plan.Routes, route, call.Question ??= QuestionOf(call), budgets.IsSpent(route, now), target => call.Active.Lanes.Of(target).IsOpen);
        call.RouteReason = choice.Reason;
        call.Http.Response.Headers[Header] = choice.Reason is null ? route.Name : $"{route.Name}; {choice.Reason}";
        if (choice.Targets.IsEmpty) return Spent(call, route, now);
        call.Targets = choice.Targets;
        return null;
    }

    private static RouteQuestion QuestionOf(Call call) => new(call.Id, call.Key, call.Http.Request.Headers, call.Body.Memory, call.Envelope.User);

    private static WireError NotFound(Call call) => call.Question is null
        ? ErrorCodes.ModelNotFound.Error($"The model '{Shortened(call.Envelope.Model)}' does not exist or no route serves it.", "model")
        : ErrorCodes.ModelNotFound.Error($"No route serves the model '{Shortened(call.Envelope.Model)}' for this request: its key, headers, metadata or task meet no route's conditions.", "model");

    private static WireError Spent(Call call, RoutePlan route, DateTimeOffset now)
    {
        // Official SDKs try a 429 again unless they are told not to.
        call.Http.Response.Headers["x-should-retry"] = "false";
        return ErrorCodes.InsufficientQuota.Error($"Today's budget of route '{route.Name}' is spent. It begins anew at midnight UTC.") with
        {
            RetryAfterSeconds = RouteBudgets.SecondsToMidnight(now),
        };
    }

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
