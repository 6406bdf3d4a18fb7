using System.CommandLine;
using Causeway.Serving;
using Causeway.Spec.Plans;

namespace Causeway.Commands;

internal static class PlanCommand
{
    public static Command Create()
    {
        var (file, data) = (CommonOptions.File(), CommonOptions.Data());
        var json = new Option<bool>("--json") { Description = "Print the canonical JSON the hash is taken over, and nothing else." };
        var command = new Command("plan", "Compiles a spec and prints the plan: what would be served, and its hash.") { file, data, json };
        command.SetAction(parsed => Run(
            SpecSource.From(parsed.GetValue(file), parsed.GetValue(data)), parsed.GetValue(json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return TeachingHelp.Teach(command, """
            Specs that mean the same have the same hash. Secrets are shown by the name of their environment variable.
            """);
    }

    private static int Run(SpecSource source, bool asJson, TextWriter output, TextWriter errors)
    {
        if (source.CompileAloud(errors).Plan is not { } plan) return ExitCodes.Usage;
        output.WriteLine(asJson ? plan.Canonical : PlanText.Render(plan).TrimEnd());
        return ExitCodes.Success;
    }
}
