using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway;

/// <summary>
/// A release has the program twice where processors are x64: for x86-64-v3, and beside it for x86-64-v4. The first is what is started. Native code
/// cannot choose 512-bit vectors when it runs, so where they are offered the second takes its process over: the same id, arguments and environment.
/// </summary>
internal static partial class WideBuild
{
    private const string Suffix = "-x86-64-v4";
    private const string Processor = "/proc/cpuinfo";

    // What v4 adds to v3: System V ABI, AMD64 supplement, 3.1.1. Linux names them only where it saves their registers, too.
    private static readonly string[] s_features = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

    /// <summary>Comes back where this is the build to run. Call before anything else: of this process nothing is left otherwise.</summary>
    public static void TakeOver()
    {
        if (Avx512BW.IsSupported || Environment.ProcessPath is not { } path || !File.Exists(path + Suffix) || !File.Exists(Processor)) return;
        // Refused, it returns: then this one is slower with some models and does all the same.
        if (Offers(File.ReadLines(Processor))) _ = Execute(path + Suffix, [.. Environment.GetCommandLineArgs(), null]);
    }

    /// <param name="lines">Of /proc/cpuinfo.</param>
    internal static bool Offers(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags && s_features.All(flags.Split(' ').Contains);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
