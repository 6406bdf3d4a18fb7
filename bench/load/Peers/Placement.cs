using System.Globalization;

namespace Causeway.Load.Peers;

/// <summary>Which core each part runs on; null = wherever the kernel likes.</summary>
internal sealed record Placement(int? Gateway, int? Generator, int? Mock, string Description)
{
    /// <summary>A core of its own may be kept awake.</summary>
    public bool LoadPolls => Generator is not null;

    public static Placement OfThisMachine()
    {
        var cores = AllowedCores();
        return cores switch
        {
            [var a, var b, var c, ..] => new(a, b, c, $"gateway on core {a}, generator on core {b}, mock on core {c}, which never sleep"),
            [var a, var b] => new(a, b, b, $"gateway on core {a}, generator and mock together on core {b}, which never sleeps"),
            _ => new(null, null, null, "everything on one core: ratios say little"),
        };
    }

    private static List<int> AllowedCores()
    {
        const string name = "Cpus_allowed_list:";
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? name;
        var cores = new List<int>();
        foreach (var range in line[name.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            cores.AddRange(Enumerable.Range(first, last - first + 1));
        }
        return cores;
    }
}
