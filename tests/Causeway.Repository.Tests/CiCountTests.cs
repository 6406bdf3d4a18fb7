using System.Diagnostics;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>The numbers that <c>.ci/run</c> ends with are only as good as the script that reads them.</summary>
public sealed class CiCountTests
{
    private const string Summary = "Test run summary: Failed!\n  total: 6\n  failed: 1\n  succeeded: 3\n  skipped: 2\n  duration: 1s 660ms\n";

    [Theory]
    [InlineData(Summary, 2, "3 1 2")]
    [InlineData(Summary + "\r\n" + Summary, 2, "6 2 4")]
    [InlineData("allocation budgets: 12 passed, 0 failed\n", 0, "12 0 0")]
    [InlineData("12 passed, 1 failed, 3 skipped\n", 1, "12 1 3")]
    [InlineData("   Causeway.Engine.Tests  Total: 87, Errors: 1, Failed: 2, Skipped: 3, Not Run: 0, Time: 34.950s\n", 1, "81 3 3")]
    public void Counts_are_read_from_what_a_part_prints(string output, int status, string expected) => Assert.Equal(expected, Count(output, status));

    [Theory]
    [InlineData("12 passed, 0 failed\nSegmentation fault\n", 139, "12 1 0")]
    [InlineData("error CS1002: ; expected\n", 1, "0 1 0")]
    public void A_part_that_breaks_without_a_failed_test_has_one_failure(string output, int status, string expected) =>
        Assert.Equal(expected, Count(output, status));

    [Theory]
    [InlineData("")]
    [InlineData("Test run summary: Zero tests ran\n  total: 0\n  failed: 0\n  succeeded: 0\n  skipped: 0\n")]
    public void A_part_that_runs_nothing_has_one_failure(string output) => Assert.Equal("0 1 0", Count(output, 0));

    private static string Count(string output, int status)
    {
        Assert.SkipUnless(RepositoryRoot.RequireAll || OperatingSystem.IsLinux(), "awk is only promised on Linux.");
        var start = new ProcessStartInfo("awk", ["-v", $"status={status}", "-f", RepositoryRoot.PathOf(".ci/count.awk")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var awk = Process.Start(start) ?? throw new InvalidOperationException("awk did not start.");
        awk.StandardInput.Write(output);
        awk.StandardInput.Close();
        var counts = awk.StandardOutput.ReadToEnd();
        awk.WaitForExit();
        return counts.Trim();
    }
}
