using Causeway.Wire.Errors;
using Causeway.Wire.Models;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Models;

/// <summary><c>/v1/models</c>: the names callers may ask for, never those of the upstreams behind them.</summary>
internal static class ModelsEndpoint
{
    private const string Owner = "causeway";

    public static Task ListAsync(HttpContext http, ActivePlan active) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, active, static (buffer, a) => ModelListJson.WriteList(buffer, [.. NamesOf(a).Select(name => Listed(name, a))]));

    public static Task OneAsync(HttpContext http, ActivePlan active, string escaped)
    {
        // The server decodes a path but for slashes, which model names may hold.
        var name = escaped.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return !active.Plan.Routes.Claiming(name).Any(route => route.Targets.Any(target => target.Model is not null || active.Upstreams[target.Upstream].MayHave(name)))
            ? ErrorResponse.WriteAsync(http, ErrorCodes.ModelNotFound.Error("The model does not exist or no route serves it.", "model"))
            : JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, Listed(name, active), static (buffer, model) => ModelListJson.WriteModel(buffer, model));
    }

    // When a model was made is the upstream's to know; callers get the time since which this gateway offers it.
    private static ListedModel Listed(string name, ActivePlan active) => new(name, active.Since.ToUnixTimeSeconds(), Owner);

    private static IEnumerable<string> NamesOf(ActivePlan active) =>
        active.Plan.Routes.ExactModels.Concat(NamesBehindPatterns(active)).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> NamesBehindPatterns(ActivePlan active) =>
        from route in active.Plan.Routes.All
        from target in route.Targets
        where target.Model is null
        from name in active.Upstreams[target.Upstream].OwnModels
        where active.Plan.Routes.Claiming(name).Contains(route)
        select name;
}
