using Causeway.Engine;
using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

/// <summary>The SDKs against a model in the program's own process: added, checked, served.</summary>
public sealed class EmbeddedModelTests(ServedModel gateway) : OfficialClients(gateway), IClassFixture<ServedModel>
{
    private readonly ServedModel _gateway = gateway;

    private string Log => _gateway.Program.Output + _gateway.Program.Errors;

    [Fact]
    public async Task The_log_says_when_a_model_was_loaded_and_that_it_runs_the_widest_kernels_of_this_processor()
    {
        await Chat().CompleteChatAsync([Hello], new() { MaxOutputTokenCount = 1 }, Cancel);

        // These tests are compiled just in time, the published program is not.
        await Eventually.TrueAsync(() => Log.Split('\n').Any(line => line.Contains("Model tiny is ready", StringComparison.Ordinal)
            && line.EndsWith($"kernels {EngineCpu.Kernels}", StringComparison.Ordinal)), "the log has said so");
        if (EngineCpu.Complaint is null) Assert.DoesNotContain("runs without it", Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_warns_of_a_model_that_is_not_in_the_store_and_show_says_what_one_is()
    {
        var check = await CausewayProcess.RunAsync(_gateway.WorkingFolder, ["check"]);
        var show = await CausewayProcess.RunAsync(_gateway.WorkingFolder, ["models", "show", "tiny"]);

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("warning SPEC0043: upstream 'local' has no model 'gone'", check.Output + check.Errors, StringComparison.Ordinal);
        Assert.Contains("Qwen3", show.Output, StringComparison.Ordinal);
        Assert.Matches(@"chat template +yes", show.Output);
        Assert.Matches(@"memory +[\d.]+ MB", show.Output);
    }
}
