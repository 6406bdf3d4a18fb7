using System.Diagnostics.CodeAnalysis;
using Causeway.Spec.Profiles;

namespace Causeway.Probing;

/// <summary>Profiles on disk.</summary>
internal static class ProfileFiles
{
    public static string DefaultName(CapabilityProfile profile) =>
        Path.Combine("profiles", profile.Name.Replace('/', '-').Replace(':', '-') + ".profile.json");

    public static bool TryRead(string file, TextWriter errors, [NotNullWhen(true)] out CapabilityProfile? profile)
    {
        profile = null;
        try
        {
            if (CapabilityProfile.TryRead(File.ReadAllBytes(file), out profile, out var error)) return true;
            errors.WriteLine($"{file}: {error}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{file}: {e.Message}");
        }
        return false;
    }

    /// <summary>Writes beside the file first: a profile in force is never half a file.</summary>
    public static bool TryWrite(string file, CapabilityProfile profile, TextWriter errors)
    {
        try
        {
            var full = Path.GetFullPath(file);
            Directory.CreateDirectory(Path.GetDirectoryName(full) ?? ".");
            File.WriteAllBytes(full + ".new", profile.Write());
            File.Move(full + ".new", full, overwrite: true);
            errors.WriteLine($"Written to {file}. In the spec: profile: {(Path.IsPathRooted(file) || file.StartsWith('.') ? file : "./" + file)} (a path starts at the spec's folder)");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{file}: {e.Message}");
            return false;
        }
    }
}
