using System.Collections.Immutable;
using Causeway.Models;
using Causeway.Spec;
using Causeway.Spec.Plans;

namespace Causeway.Serving;

/// <summary>What a person needs right after the start: where things are, and a line to paste.</summary>
internal static class Banner
{
    public static void Write(TextWriter output, Uri address, ServeRequest request, Plan plan, ImmutableArray<Kill> kills)
    {
        var url = address.ToString().TrimEnd('/').Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        output.WriteLine($"""
            Causeway serves {url}/v1
              spec   {request.Source.Description}
              plan   {plan.Hash}
              data   {Path.Combine(request.DataFolder, "causeway.db")}
              keys   {Keys(request, plan)}

            Try it:
              curl {url}/v1/chat/completions -H "Content-Type: application/json"{Authorization(plan)} \
                -d {Body(request, plan)}

            An OpenAI client needs one line: base_url = "{url}/v1". Ctrl+C stops.
            """);
        foreach (var kill in kills)
            output.WriteLine($"SWITCHED OFF: {(kill.Kind == KillKind.Route ? "route" : "upstream")} {kill.Name} since {kill.Since:yyyy-MM-dd HH:mm:ss}Z {kill.Reason}".TrimEnd());
        output.Flush();
    }

    private static string Keys(ServeRequest request, Plan plan) => plan.Keys switch
    {
        { IsEmpty: false } keys => string.Join(", ", keys.All.Select(k => k.Name)),
        _ when request.AllowAnonymous => "none, and --allow-anonymous: everybody who reaches the port is served",
        _ => "none: this machine only, any bearer accepted",
    };

    private static string Authorization(Plan plan) => plan.Keys.IsEmpty ? "" : " -H \"Authorization: Bearer $OPENAI_API_KEY\"";

    private static string Body(ServeRequest request, Plan plan) =>
        $$"""'{"model": "{{ModelToTry(request, plan)}}", "messages": [{"role": "user", "content": "What can you do?"}]}'""";

    // Behind a pattern an embedded upstream has the models of its store and no others.
    private static string ModelToTry(ServeRequest request, Plan plan)
    {
        if (plan.Routes.Claiming("gpt-4o").FirstOrDefault() is not { } route) return plan.Routes.ExactModels.FirstOrDefault("MODEL");
        if (route.Targets[0].Model is not null || plan.Upstreams.FirstOrDefault(upstream => upstream.Name == route.Targets[0].Upstream)?.Embedded is not { } local) return "gpt-4o";
        return ModelStore.Of(local.Models, request.DataFolder).List().Select(model => model.Name).OrderBy(name => name == SpecCompiler.BuiltInModel).FirstOrDefault("MODEL");
    }
}
