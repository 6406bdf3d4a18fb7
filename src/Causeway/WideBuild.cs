using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway;

/// <summary>
/// A release has the program twice where processors are x64: for x86-64-v3, and beside it for x86-64-v4. The first is what is started. Native code
/// cannot choose 512-bit vectors when it runs, so where they are offered the second takes its process over: the same id, arguments and environment.
/// </summary>
internal static partial class WideBuild
{
    private const string Processor = "/proc/cpuinfo";

    // What v4 adds to v3: System V ABI, AMD64 supplement, 3.1.1. Linux names them only where it saves their registers, too.
    private static readonly string[] s_features = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

    /// <summary>Comes back where this is the build to run. Call before anything else: of this process nothing is left otherwise.</summary>
    public static void TakeOver()
    {
        if (Avx512BW.IsSupported || Environment.ProcessPath is not { } path || !File.Exists(Processor)) return;
        // One that an upgrade left behind is of another version, and not this program.
        var wide = $"{path}-x86-64-v4-{Version}";
        // Refused, it returns: then this one is slower with some models and does all the same.
        if (File.Exists(wide) && Offers(File.ReadLines(Processor))) _ = Execute(wide, [.. Environment.GetCommandLineArgs(), null]);
    }

    // As causeway --version says it, and eng/publish.sh names the file.
    private static string? Version => typeof(WideBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <param name="lines">Of /proc/cpuinfo.</param>
    internal static bool Offers(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags && s_features.All(flags.Split(' ').Contains);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
