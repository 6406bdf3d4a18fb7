using System.Globalization;
using Causeway.Load.Generator;

namespace Causeway.Load.Compare;

/// <summary>One way of loading a peer.</summary>
internal sealed record Scenario(string Name, int Connections)
{
    public static readonly Scenario OneConnection = new("one connection", 1);
    public static readonly Scenario Saturation32 = new("saturation, 32 connections", 32);
    public static readonly Scenario Saturation128 = new("saturation, 128 connections", 128);

    /// <summary>Light enough that queues are rare; every peer relative to what it can do.</summary>
    public static readonly Scenario ThirtyPercent = new("30 % of own saturation", 64) { ShareOfSaturation = 0.3 };

    public static readonly Scenario OneStream = new("one stream, pace 0", 1) { Stream = true };
    public static readonly Scenario Streams = new("16 streams, pace 0", 16) { Stream = true };

    /// <summary>12 new streams a second that last 1.3 s: 16 are open, and they do not march in step as those of a closed loop would.</summary>
    public static readonly Scenario PacedStreams = new("16 streams, pace 20 ms", 64) { Stream = true, Pace = TimeSpan.FromMilliseconds(20), Rate = 12 };

    /// <summary>For memory: 400 new streams a second that last 5 s.</summary>
    public static readonly Scenario ManyStreams = new("2,000 open streams", 2500)
    {
        Stream = true,
        Pace = TimeSpan.FromMilliseconds(500),
        Tokens = 9,
        Rate = 400,
        FixedWarmup = TimeSpan.FromSeconds(5),
        FixedDuration = TimeSpan.FromSeconds(3),
    };

    public static IReadOnlyList<Scenario> All { get; } =
        [Saturation32, Saturation128, OneConnection, ThirtyPercent, OneStream, Streams, PacedStreams, ManyStreams];

    /// <param name="name">Or its beginning.</param>
    public static Scenario Find(string name) => All.FirstOrDefault(scenario => scenario.Name.StartsWith(name, StringComparison.Ordinal))
        ?? throw new UsageException($"unknown scenario '{name}'; there are: {string.Join("; ", All.Select(scenario => scenario.Name))}");

    public bool Stream { get; private init; }

    public TimeSpan Pace { get; private init; }

    public int Tokens { get; private init; } = 64;

    /// <summary>Requests a second of an open loop; 0 = closed loop.</summary>
    public double Rate { get; private init; }

    /// <summary>When not 0, the rate is this share of what the peer reached in <see cref="Saturation32"/>.</summary>
    public double ShareOfSaturation { get; private init; }

    private TimeSpan? FixedWarmup { get; init; }

    private TimeSpan? FixedDuration { get; init; }

    /// <summary>The query for the mock's control verb.</summary>
    public string MockScript => string.Create(CultureInfo.InvariantCulture, $"tokens={Tokens}&pace={Pace.TotalMilliseconds}ms&body=1KB");

    public LoadOptions OptionsFor(Uri address, double saturation, TimeSpan warmup, TimeSpan duration) => new()
    {
        Target = new Uri($"{address}/chat/completions"),
        Connections = Connections,
        Rate = ShareOfSaturation > 0 ? Math.Max(1, ShareOfSaturation * saturation) : Rate,
        Warmup = FixedWarmup ?? warmup,
        Duration = FixedDuration ?? duration,
        Stream = Stream,
        Tokens = Tokens,
    };
}
