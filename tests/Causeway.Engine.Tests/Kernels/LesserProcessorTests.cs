using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Tests.Kernels;

/// <summary>Runs the kernels' tests again in a process that is denied some of this processor's instructions.</summary>
public sealed class LesserProcessorTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVXVNNI")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task The_kernels_give_the_same_without_some_instructions(string setting)
    {
        Assert.SkipUnless(Avx2.IsSupported, "The settings that deny instructions are those of x86.");
        if (Environment.GetEnvironmentVariable(setting) == "0") return;
        using var child = new Process();
        child.StartInfo = new ProcessStartInfo(Environment.ProcessPath!, [.. Path(), .. Classes(typeof(PackedMatrixTests), typeof(WideTileTests), typeof(AttentionTests), typeof(ElementwiseTests), typeof(EngineCpuTests))])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        child.StartInfo.Environment[setting] = "0";
        child.Start();
        var errors = child.StandardError.ReadToEndAsync();
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, output + await errors);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
    }

    // The test program itself, or the dotnet host that runs it.
    private static string[] Path() =>
        System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(LesserProcessorTests).Assembly.Location] : [];

    private static string[] Classes(params Type[] types) => ["-noLogo", .. types.SelectMany(type => (string[])["-class", type.FullName!])];
}
