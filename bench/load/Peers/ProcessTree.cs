using System.Globalization;

namespace Causeway.Load.Peers;

/// <summary>What a process and its descendants used, from /proc.</summary>
/// <param name="CpuSeconds">User and system time since they started; the kernel counts in steps of 10 ms.</param>
/// <param name="Resident">Bytes of memory now. Pages that processes share count in each.</param>
/// <param name="PeakResident">The most since the start or the last <see cref="ResetPeak"/>.</param>
internal readonly record struct ProcessTree(double CpuSeconds, long Resident, long PeakResident)
{
    private const double TicksPerSecond = 100;

    public static ProcessTree Measure(int root)
    {
        var total = default(ProcessTree);
        foreach (var id in Members(root))
            total = total.Plus(MeasureOne(id));
        return total;
    }

    /// <summary>Starts a new peak from here, where the kernel lets us.</summary>
    public static void ResetPeak(int root)
    {
        foreach (var id in Members(root))
        {
            try
            {
                File.WriteAllText($"/proc/{id}/clear_refs", "5");
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private static List<int> Members(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && StatOf(id) is { Length: > 12 } stat)
                parents[id] = int.Parse(stat[1], CultureInfo.InvariantCulture);
        }
        List<int> members = [root];
        for (var i = 0; i < members.Count; i++)
            members.AddRange(parents.Where(pair => pair.Value == members[i]).Select(pair => pair.Key));
        return members;
    }

    private static ProcessTree MeasureOne(int id)
    {
        if (StatOf(id) is not { Length: > 12 } stat)
            return default;
        var ticks = double.Parse(stat[11], CultureInfo.InvariantCulture) + double.Parse(stat[12], CultureInfo.InvariantCulture);
        var status = ReadLines($"/proc/{id}/status");
        return new(ticks / TicksPerSecond, Kilobytes(status, "VmRSS:"), Kilobytes(status, "VmHWM:"));
    }

    /// <summary>The fields of /proc/PID/stat from the state on: the name before them may contain anything.</summary>
    private static string[] StatOf(int id)
    {
        var line = ReadLines($"/proc/{id}/stat").FirstOrDefault("");
        return line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // It ended between the listing and now.
            return [];
        }
    }

    private static long Kilobytes(string[] status, string name)
    {
        var line = status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? "";
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 ? long.Parse(words[1], CultureInfo.InvariantCulture) * 1024 : 0;
    }

    private ProcessTree Plus(in ProcessTree other)
        => new(CpuSeconds + other.CpuSeconds, Resident + other.Resident, PeakResident + other.PeakResident);
}
