using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Causeway.LlamaCpp;

/// <summary>The pinned npm package that carries llama.cpp's prebuilt libraries for Linux on x64; installed beside this project on first use.</summary>
public static class LlamaCppPackage
{
    private static readonly Lazy<Task<string>> _folder = new(InstallAsync);

    /// <summary>Whether this machine can have it.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "npm")));

    /// <summary>The folder of libllama and its backends. Only the first caller installs.</summary>
    public static Task<string> FolderAsync() => _folder.Value;

    private static async Task<string> InstallAsync()
    {
        var node = Path.Combine(Root(), "tests", "Causeway.LlamaCpp", "node");
        var modules = Path.Combine(node, "node_modules");
        // npm writes this file last.
        if (!File.Exists(Path.Combine(modules, ".package-lock.json")))
        {
            using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--loglevel=error"]) { WorkingDirectory = node })!;
            await install.WaitForExitAsync();
            if (install.ExitCode != 0) throw new InvalidOperationException($"npm ci ended with {install.ExitCode}.");
        }
        return Path.Combine(modules, "@node-llama-cpp", "linux-x64", "bins", "linux-x64");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Causeway.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The repository is not above this program: no Causeway.slnx.");
    }
}
