using System.Globalization;
using System.Text;
using Causeway.Spec.Values;

namespace Causeway.Spec.Plans;

/// <summary>
/// A plan for people: what <c>causeway plan</c> prints. Secrets by reference, keys by name and the beginning of their hash.
/// </summary>
public static class PlanText
{
    private const int ShownHashLength = 19;

    /// <summary>Several lines, ended by <c>\n</c>; no colours, no width assumed.</summary>
    public static string Render(Plan plan)
    {
        var text = new StringBuilder();
        Line(text, 0, $"plan {plan.Hash}");
        WriteRoutes(text, plan);
        WriteUpstreams(text, plan);
        WriteKeys(text, plan);
        WriteLimits(text, plan.Limits);
        WritePrices(text, plan.Prices);
        return text.ToString();
    }

    private static void WriteRoutes(StringBuilder text, Plan plan)
    {
        Heading(text, "routes");
        foreach (var route in plan.Routes.All)
        {
            Line(text, 1, $"{route.Name}");
            WriteRoute(text, route);
            WriteRetry(text, route.Retry);
        }
    }

    private static void WriteRoute(StringBuilder text, RoutePlan route)
    {
        Line(text, 2, $"asked for  {string.Join(", ", route.Models)}");
        foreach (var condition in ConditionsOf(route.Conditions)) Line(text, 2, $"       by  {condition}");
        var hasWeights = route.Routing is { HasWeights: true };
        for (var i = 0; i < route.Targets.Length; i++)
        {
            var target = route.Targets[i];
            var share = hasWeights ? $", weight {target.Weight ?? 0}" : "";
            Line(text, 2, $"{(i == 0 ? "served by" : hasWeights ? "       or" : "     then")}  {target.Upstream}{(target.Region is null ? "" : " in " + target.Region)}, model {target.Model ?? "as asked"}{share}");
        }
        if (route.Routing is not { } routing) return;
        if (hasWeights) Line(text, 2, $"drawn once per {(routing.Sticky == StickyBy.None ? "request" : PlanWords.Sticky(routing.Sticky))}; the others are fallbacks");
        if (routing.UsdPerDay is { } usd) Line(text, 2, $"budget     {Number(usd)} USD per UTC day");
        if (routing.Degrade is { } degrade) Line(text, 2, $"degraded   to {degrade.To.Upstream}, model {degrade.To.Model ?? "as asked"}, when {Occasions(degrade)}");
    }

    private static string Occasions(DegradePlan degrade) => (degrade.OnBudget, degrade.OnBreaker) switch
    {
        (true, true) => "the budget is spent or the first breaker is open",
        (true, false) => "the budget is spent",
        (false, true) => "the first breaker is open",
        _ => "never",
    };

    private static IEnumerable<string> ConditionsOf(MatchConditions conditions)
    {
        if (!conditions.Keys.IsEmpty) yield return $"key {string.Join(" or ", conditions.Keys)}";
        foreach (var header in conditions.Headers) yield return $"header {header.Name}: {string.Join(" or ", header.Values)}";
        foreach (var member in conditions.Metadata) yield return $"metadata {member.Name}: {string.Join(" or ", member.Values)}";
        if (!conditions.Tasks.IsEmpty) yield return $"task {string.Join(" or ", conditions.Tasks.Select(PlanWords.Task))}";
    }

    private static void WriteUpstreams(StringBuilder text, Plan plan)
    {
        Heading(text, "upstreams");
        foreach (var upstream in plan.Upstreams)
        {
            if (upstream.Rehearsal is { } rehearsal) WriteRehearsal(text, upstream.Name, rehearsal);
            else if (upstream.Bedrock is { } bedrock) WriteBedrock(text, upstream, bedrock);
            else if (upstream.Embedded is { } embedded) WriteEmbedded(text, upstream.Name, embedded);
            else WriteOpenAiCompatible(text, upstream);
            WriteBounds(text, upstream);
        }
    }

    private static void WriteOpenAiCompatible(StringBuilder text, UpstreamPlan upstream)
    {
        Line(text, 1, $"{upstream.Name}");
        var (kind, http) = (PlanWords.Kind(upstream.Kind), PlanWords.Http(upstream.Http));
        Line(text, 2, $"{kind} at {upstream.BaseUrl?.AbsoluteUri.TrimEnd('/')}, http {http}");
        Line(text, 2, $"key {upstream.ApiKey?.Reference ?? "none"}");
        foreach (var header in upstream.Headers) Line(text, 2, $"header {header.Name}: {header.Value.Reference}");
    }

    private static void WriteBedrock(StringBuilder text, UpstreamPlan upstream, BedrockPlan bedrock)
    {
        Line(text, 1, $"{upstream.Name}");
        Line(text, 2, $"bedrock in {string.Join(", ", bedrock.Regions)}, host {PlanWords.Of(bedrock.EffectiveHost)}, at {bedrock.Endpoint ?? "AWS's own hosts"}");
        var credentials = bedrock.Credentials is { } own ? own.AccessKeyId.Reference : "the machine's own";
        Line(text, 2, $"{PlanWords.Of(bedrock.Auth)} {upstream.ApiKey?.Reference ?? "from " + credentials}");
        if (bedrock.ServiceTier is not null) Line(text, 2, $"service tier {bedrock.ServiceTier}");
        if (bedrock.Project is not null) Line(text, 2, $"project {bedrock.Project}");
        if (bedrock.Guardrail is { } guardrail) Line(text, 2, $"guardrail {guardrail.Id} version {guardrail.Version}, trace {(guardrail.Trace ? "on" : "off")}");
    }

    private static void WriteRehearsal(StringBuilder text, string name, RehearsalPlan rehearsal)
    {
        Line(text, 1, $"{name}");
        var (first, next) = (DurationText.Format(rehearsal.FirstTokenDelay), DurationText.Format(rehearsal.TokenDelay));
        Line(text, 2, $"rehearsal, first token after {first}, then one every {next}");
        foreach (var fault in rehearsal.Faults) Line(text, 2, $"fault {PlanWords.Fault(fault.Kind)}, every {fault.Every}");
    }

    private static void WriteEmbedded(StringBuilder text, string name, EmbeddedPlan embedded)
    {
        Line(text, 1, $"{name}");
        Line(text, 2, $"embedded models of {embedded.Models ?? "the data folder"}, {(embedded.Threads is { } threads ? $"{threads}" : "a thread per core")}{(embedded.Threads is null ? "" : " threads")}");
        var (memory, context) = (embedded.Memory is { } bytes ? SizeText.Format(bytes) : "what is free", embedded.Context is { } tokens ? $"{tokens} tokens" : "the model's own");
        Line(text, 2, $"memory {memory}, context {context}, {embedded.Queue} requests wait, unloaded after {DurationText.Format(embedded.UnloadAfter)}{(embedded.OfferTuned ? ", tuned models are offered" : "")}");
    }

    private static void WriteBounds(StringBuilder text, UpstreamPlan upstream)
    {
        if (upstream.Concurrency is { } c) Line(text, 2, $"at most {c.Max} requests at once, {c.Queue} wait {DurationText.Format(c.Wait)}");
        if (upstream.Breaker is { } b)
            Line(text, 2, $"breaker: {b.Failures} faults in {DurationText.Format(b.Window)} open it for {DurationText.Format(b.Open)}");
        if (upstream.Warm is { } w) Line(text, 2, $"{w.Connections} connections kept warm, used every {DurationText.Format(w.Every)}");
    }

    private static void WriteRetry(StringBuilder text, RetryPlan? retry)
    {
        if (retry is null) return;
        var perAttempt = retry.PerAttempt is { } span ? $", {DurationText.Format(span)} each" : "";
        Line(text, 2, $"retried    {retry.Attempts} attempts in all{perAttempt}, repeats at most {retry.BudgetPercent}% of requests");
    }

    private static void WriteKeys(StringBuilder text, Plan plan)
    {
        Heading(text, "keys");
        if (plan.Keys.IsEmpty) Line(text, 1, $"none: callers from this machine only, any key accepted");
        foreach (var key in plan.Keys.All) Line(text, 1, $"{key.Name}  {key.Hash[..ShownHashLength]}…{(key.MayTune ? "  may tune" : "")}");
    }

    private static void WriteLimits(StringBuilder text, LimitsPlan limits)
    {
        Heading(text, "limits");
        Line(text, 1, $"body {SizeText.Format(limits.Body)}, {limits.ConcurrentRequests} requests at once");
        var firstToken = DurationText.Format(limits.TimeToFirstToken);
        Line(text, 1, $"first token {firstToken}, idle {DurationText.Format(limits.Idle)}, total {DurationText.Format(limits.Total)}");
    }

    private static void WritePrices(StringBuilder text, PricePlan prices)
    {
        Heading(text, $"prices {prices.Hash[..ShownHashLength]}…, USD per million tokens");
        if (prices.Models.Count + prices.Listed.Count == 0) Line(text, 1, $"none: tokens are counted, costs are not");
        foreach (var (model, price) in prices.Models.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Line(text, 1, $"{model}  {Price(price)}");
        foreach (var ((upstream, model), price) in prices.Listed.OrderBy(pair => pair.Key.Upstream + "\n" + pair.Key.Model, StringComparer.Ordinal))
            Line(text, 1, $"{model} at {upstream}  {Price(price)} (catalog)");
    }

    private static string Price(ModelPrice price) =>
        $"prompt {Number(price.Prompt)}, completion {Number(price.Completion)}, cached {Number(price.Cached)}";

    private static string Number(decimal price) => price.ToString("0.#########", CultureInfo.InvariantCulture);

    private static void Heading(StringBuilder text, string heading) => text.Append('\n').Append(heading).Append('\n');

    private static void Line(StringBuilder text, int level, FormattableString line) =>
        text.Append(' ', level * 2).Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
