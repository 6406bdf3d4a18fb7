using System.Collections.Immutable;
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
                -d {Body(plan)}

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

    private static string Body(Plan plan)
    {
        var model = plan.Routes.Claiming("gpt-4o").Any() ? "gpt-4o" : plan.Routes.ExactModels.FirstOrDefault("MODEL");
        return $$"""'{"model": "{{model}}", "messages": [{"role": "user", "content": "What can you do?"}]}'""";
    }
}
