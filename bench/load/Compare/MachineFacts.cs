using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Causeway.Load.Compare;

/// <summary>What a reader needs to judge the numbers.</summary>
internal static class MachineFacts
{
    public static string Processor()
    {
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }

    public static string Kernel() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    public static string Runtime() => RuntimeInformation.FrameworkDescription;

    public static string Date() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Load average of the last minute: asked before the run, it says what else the machine was doing.</summary>
    public static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public static string Commit(string repository)
    {
        var commit = Git(repository, "rev-parse", "--short", "HEAD");
        return Git(repository, "status", "--porcelain").Length > 0 ? $"{commit} with local changes" : commit;
    }

    private static string Git(string repository, params ReadOnlySpan<string> arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", repository, .. arguments]) { RedirectStandardOutput = true });
            return git?.StandardOutput.ReadToEnd().Trim() ?? "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown (no git)";
        }
    }
}
