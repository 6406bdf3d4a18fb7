using System.Globalization;

namespace Causeway.Engine.Serving;

/// <summary>What this process can still take without pushing others out: the machine's estimate, and the container's limit where there is one.</summary>
public static class AvailableMemory
{
    public static long Bytes()
    {
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var free = limit - Environment.WorkingSet;
        return OperatingSystem.IsLinux() && FromMemInfo() is { } system ? Math.Min(free, system) : free;
    }

    // MemAvailable counts caches that can be dropped, the mapped model file among them.
    private static long? FromMemInfo()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/meminfo"))
            {
                if (!line.StartsWith("MemAvailable:", StringComparison.Ordinal)) continue;
                var number = line["MemAvailable:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
                return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : null;
            }
        }
        catch (IOException)
        {
            // No such file here: the runtime's number stands.
        }
        return null;
    }
}
