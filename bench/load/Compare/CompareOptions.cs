namespace Causeway.Load.Compare;

/// <summary>What to compare and how thoroughly.</summary>
internal sealed record CompareOptions
{
    private static readonly string[] _known = ["direct", "nginx", "portkey", "causeway"];

    /// <summary>Path of the published binary; null leaves Causeway out.</summary>
    public string? Causeway { get; init; }

    public string? GovernedSpec { get; init; }

    /// <summary>Where the report goes; null = only to the terminal.</summary>
    public string? Out { get; init; }

    public bool Quick { get; init; }

    public int Rounds { get; init; } = 3;

    /// <summary>Where rounds are kept and added to, for a comparison in several sittings; null = all in one.</summary>
    public string? Keep { get; init; }

    public IReadOnlyList<string> Peers { get; init; } = _known;

    public TimeSpan Duration { get; init; }

    public TimeSpan Warmup => Duration < TimeSpan.FromSeconds(4) ? Duration / 4 : TimeSpan.FromSeconds(1);

    /// <summary>What is loaded in this sitting.</summary>
    public IReadOnlyList<Scenario> Scenarios { get; init; } = Scenario.All;

    public static CompareOptions From(Arguments arguments)
    {
        var quick = arguments.Flag("quick");
        var options = new CompareOptions
        {
            Causeway = arguments.Text("causeway"),
            GovernedSpec = arguments.Text("causeway-governed-spec"),
            Out = arguments.Text("out"),
            Quick = quick,
            Duration = arguments.Duration("each", TimeSpan.FromSeconds(quick ? 2 : 5)),
            Keep = arguments.Text("keep"),
            Scenarios = arguments.Text("only") is { } names ? [.. names.Split(';', StringSplitOptions.TrimEntries).Select(Scenario.Find)]
                : quick ? [.. Scenario.All.Where(scenario => scenario != Scenario.ManyStreams)] : Scenario.All,
            Rounds = Math.Clamp(arguments.Integer("rounds", quick ? 1 : 3), 1, 100),
            Peers = arguments.Text("peers")?.Split(',', StringSplitOptions.TrimEntries) ?? _known,
        };
        if (options.Peers.FirstOrDefault(name => !_known.Contains(name)) is { } unknown)
            throw new UsageException($"unknown peer '{unknown}'; there are {string.Join(", ", _known)}");
        return options;
    }
}
