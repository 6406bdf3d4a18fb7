using System.Runtime.Intrinsics.X86;

namespace Causeway.EngineBench.Engines;

/// <summary>
/// llama.cpp as it is on processors without AMX, measured on one that has it. .NET 10 has no AMX instructions; whoever reads a ratio needs to know
/// how much of it they are.
/// </summary>
internal static class WithoutAmx
{
    /// <summary>Whether this processor has AMX, and so llama.cpp a backend that uses it.</summary>
    // CPUID, leaf 7, EDX bit 24, AMX-TILE: Intel's manual, volume 2A.
    public static bool Matters => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Edx & (1 << 24)) != 0;

    /// <summary>A folder with links to all libraries but the backend that uses AMX.</summary>
    /// <param name="library">The folder of llama.cpp's libraries.</param>
    /// <param name="into">Where it is made.</param>
    public static string Folder(string library, string into)
    {
        if (Directory.Exists(into)) Directory.Delete(into, recursive: true);
        Directory.CreateDirectory(into);
        foreach (var file in Directory.GetFiles(library, "*.so"))
            if (!Path.GetFileName(file).Contains("sapphirerapids", StringComparison.Ordinal)) File.CreateSymbolicLink(Path.Combine(into, Path.GetFileName(file)), file);
        return into;
    }
}
