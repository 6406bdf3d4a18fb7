using System.Diagnostics;
using System.Globalization;

namespace Causeway.EngineBench.Measuring;

/// <summary>
/// What the machine's cores and this process had worked at some moment. Two of them say how much others worked in between: an engine that shares its
/// cores waits for threads that do not run, and its speed then says nothing.
/// </summary>
/// <param name="Machine">Time that all cores were busy, stolen time of a virtual machine included.</param>
/// <param name="Own">Time that this process was running.</param>
/// <param name="At">On a clock that only goes forward.</param>
internal readonly record struct CpuReading(TimeSpan Machine, TimeSpan Own, TimeSpan At)
{
    /// <summary>The share of one core that others may have used.</summary>
    public const double Limit = 0.04;

    // USER_HZ: what Linux counts in towards programs, whatever the kernel's own clock is.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static CpuReading Now()
    {
        var line = File.ReadLines("/proc/stat").First();
        return new CpuReading(Busy(line), Environment.CpuUsage.TotalTime, Stopwatch.GetElapsedTime(0));
    }

    /// <summary>The share of one core that others used since an earlier reading; one tick of the kernel's clock is forgiven.</summary>
    public double ForeignSince(CpuReading earlier)
    {
        var foreign = Machine - earlier.Machine - (Own - earlier.Own) - Tick;
        return At > earlier.At ? Math.Max(0, foreign / (At - earlier.At)) : 0;
    }

    /// <summary>The first line of /proc/stat (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal; guests are within user.</summary>
    public static TimeSpan Busy(string line)
    {
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return Tick * (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]);
    }
}
