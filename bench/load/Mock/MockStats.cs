namespace Causeway.Load.Mock;

/// <summary>Counters of a mock; only its loop's thread touches them.</summary>
internal sealed class MockStats
{
    public long Connections { get; set; }

    public long OpenConnections { get; set; }

    public long Requests { get; set; }

    public long Streams { get; set; }

    public long OpenStreams { get; set; }

    /// <summary>Streams whose reader left before the end.</summary>
    public long AbortedStreams { get; set; }

    public long Events { get; set; }

    public long Malformed { get; set; }

    public string ToJson() =>
        $$"""{"connections":{{Connections}},"open_connections":{{OpenConnections}},"requests":{{Requests}},"streams":{{Streams}},"open_streams":{{OpenStreams}},"aborted_streams":{{AbortedStreams}},"events":{{Events}},"malformed":{{Malformed}}}""";
}
