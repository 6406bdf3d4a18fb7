using System.Globalization;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Route;

/// <summary>A request that nobody sends, to ask where it would go.</summary>
/// <param name="Key">The name of a key of the plan; null for a caller without one.</param>
/// <param name="Headers">As an HTTP request carries them; names in any case.</param>
/// <param name="Body">A request body that <see cref="ChatEnvelope.TryRead"/> accepts.</param>
public sealed record AskedRequest(string Model, string? Key, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);

/// <summary>Says which route and targets a request would take and why, by the same code that serves it.</summary>
public static class RouteExplanation
{
    /// <summary>Lines for people; the last ones are what would be tried, in order. False when no route serves the request.</summary>
    public static bool Explain(Plan plan, AskedRequest asked, Action<string> line)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in asked.Headers) headers.Append(name, value);
        var user = ChatEnvelope.TryRead(asked.Body.Span, out var envelope, out _) ? envelope.User : null;
        var question = new RouteQuestion(Guid.Empty, plan.Keys.All.FirstOrDefault(key => key.Name == asked.Key), headers, asked.Body, user);

        var route = plan.Routes.Find(asked.Model, question, static (conditions, q) => q.Meets(conditions));
        foreach (var candidate in plan.Routes.Claiming(asked.Model))
        {
            line($"{(candidate == route ? "takes " : "passes")}  {candidate.Name}  ({Describe(candidate.Conditions)})");
            if (candidate == route) break;
        }
        if (question.Problem is { } problem) line(problem.Message);
        if (route is null || question.Problem is not null)
        {
            line($"No route serves the model '{asked.Model}' for this request.");
            return false;
        }
        WriteChoice(plan, route, question, line);
        return true;
    }

    private static void WriteChoice(Plan plan, RoutePlan route, RouteQuestion question, Action<string> line)
    {
        if (question.KnownTask is { } task) line($"task    {task.Word}, because of {task.Reason}");
        if (route.Routing is { HasWeights: true } routing)
        {
            var source = question.Identity(routing.Sticky).Source;
            line(source == "request" ? "drawn   anew for every request; here is one draw" : $"drawn   once, by {source}");
        }
        var choice = RouteChoice.Of(plan.Routes, route, question, isSpent: false, static _ => false);
        for (var i = 0; i < choice.Targets.Length; i++) line($"{(i == 0 ? "serves" : "then  ")}  {Describe(choice.Targets[i])}");
        if (route.Routing?.UsdPerDay is { } usd) line(string.Create(CultureInfo.InvariantCulture, $"budget  {usd:0.#########} USD a day; this does not ask what is spent"));
        if (route.Routing?.Degrade is { } degrade)
            line($"or      {Describe(degrade.To)}, when {(degrade.OnBudget, degrade.OnBreaker) switch { (true, true) => "the budget is spent or the first target's breaker is open", (true, _) => "the budget is spent", _ => "the first target's breaker is open" }}");
    }

    private static string Describe(TargetPlan target) => $"{target.Upstream}{(target.Region is null ? "" : " in " + target.Region)}, model {target.Model ?? "as asked"}";

    private static string Describe(MatchConditions conditions)
    {
        if (conditions.IsEmpty) return "no conditions";
        List<string> all =
        [
            .. conditions.Keys.IsEmpty ? [] : new[] { $"key {string.Join(" or ", conditions.Keys)}" },
            .. conditions.Headers.Select(header => $"header {header.Name}: {string.Join(" or ", header.Values)}"),
            .. conditions.Metadata.Select(member => $"metadata {member.Name}: {string.Join(" or ", member.Values)}"),
            .. conditions.Tasks.IsEmpty ? [] : new[] { $"task {string.Join(" or ", conditions.Tasks.Select(TaskRules.WordOf))}" },
        ];
        return string.Join(", ", all);
    }
}
