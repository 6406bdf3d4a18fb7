using System.CommandLine;
using Causeway.Serving;
using Causeway.Spec.Diagnostics;

namespace Causeway.Commands;

internal static class CheckCommand
{
    public static Command Create()
    {
        var (file, data) = (CommonOptions.File(), CommonOptions.Data());
        var strict = new Option<bool>("--strict") { Description = "Take warnings for errors: a model that retires soon, an unused upstream." };
        var command = new Command("check", "Checks a spec and says everything that is wrong with it, with line, column and a suggestion.") { file, data, strict };
        command.SetAction(parsed => Run(SpecSource.From(parsed.GetValue(file), parsed.GetValue(data)), parsed.GetValue(strict), parsed.InvocationConfiguration.Error));
        return TeachingHelp.Teach(command, """
            Exit code 0: it can be served (there may be warnings); 2: it cannot, or --strict and there are warnings.
            Models are held to the catalog and to today's date: retired, retiring, not in the Region (causeway catalog).
            Every code is explained in docs/reference/diagnostics.md.
            """);
    }

    private static int Run(SpecSource source, bool isStrict, TextWriter errors)
    {
        var outcome = source.CompileAloud(errors);
        var warnings = outcome.Diagnostics.Count(d => d.Severity == DiagnosticSeverity.Warning);
        var mistakes = outcome.Diagnostics.Length - warnings;
        errors.WriteLine($"{source.File ?? "built-in spec"}: {Count(mistakes, "error")}, {Count(warnings, "warning")}.");
        return outcome.Plan is null || (isStrict && warnings > 0) ? ExitCodes.Usage : ExitCodes.Success;
    }

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
