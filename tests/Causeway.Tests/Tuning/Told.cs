using System.CommandLine;
using Causeway.Commands;

namespace Causeway.Tests.Tuning;

/// <summary>What <c>causeway tune …</c> says.</summary>
internal sealed record Told(int ExitCode, string Output, string Errors)
{
    public static async Task<Told> OfAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await new RootCommand { TuneCommand.Create() }.Parse(["tune", .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        return new Told(code, output.ToString(), errors.ToString());
    }
}
