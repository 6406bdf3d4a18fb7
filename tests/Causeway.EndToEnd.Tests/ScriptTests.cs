using System.Diagnostics;
using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class ScriptTests
{
    /// <summary>The web SDK starts a program in its project's folder by default: then <c>-f causeway.yaml</c> would be looked for there.</summary>
    [Fact]
    public async Task The_script_at_the_root_works_in_the_callers_folder()
    {
        using var msbuild = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", "src/Causeway", "-getProperty:RunWorkingDirectory", "-nodeReuse:false"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        })!;
        var folder = await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, msbuild.ExitCode);
        Assert.Equal("", folder.Trim());
    }
}
