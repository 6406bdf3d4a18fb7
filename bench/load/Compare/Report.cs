using System.Text;
using Causeway.Load.Peers;

namespace Causeway.Load.Compare;

/// <summary>Writes the measurements as Markdown: what was measured where, tables, budgets, and what went wrong.</summary>
internal sealed class Report(IReadOnlyList<Peer> peers, Measurements measurements, CompareOptions options, Bench bench)
{
    private const string Direct = "direct";
    private const string Nginx = "nginx";
    private readonly StringBuilder _text = new();

    public string ToMarkdown()
    {
        Header();
        Throughput();
        Latency();
        LatencyAtThirtyPercent();
        StreamStart();
        StreamThroughput();
        PacedStreams();
        Memory();
        _text.Append(Budgets.Describe(measurements, peers));
        Failures();
        return _text.ToString();
    }

    private void Header()
    {
        _text.AppendLine("# Speed, side by side").AppendLine()
            .AppendLine($"Written by `{CommandLine(Environment.GetCommandLineArgs().Skip(2))}`. Absolute numbers belong to this machine; the ratios are what to read.").AppendLine()
            .AppendLine($"- {MachineFacts.Date()}, commit {MachineFacts.Commit(bench.RepositoryRoot)}{(options.Quick ? ", **quick run: do not quote**" : "")}")
            .AppendLine($"- {MachineFacts.Processor()}, {Environment.ProcessorCount} cores, Linux {MachineFacts.Kernel()}, {MachineFacts.Runtime()}")
            .AppendLine($"- {bench.Placement.Description}; load average before the run {bench.LoadBefore}")
            .AppendLine($"- {Rounds()} of {options.Duration.TotalSeconds} s a measurement{(options.Keep is null ? "" : " in several sittings, the last of which this head describes")}, peers in turns; each cell is the median, (least–greatest) of the rounds; ratios and differences are taken within a round")
            .AppendLine("- A request and a plain answer are 1 KB each; a stream has 64 content events of about 280 bytes. Every answer was checked to its last event.");
        foreach (var peer in peers)
            _text.AppendLine($"- **{peer.Name}**: {peer.Description}");
        _text.AppendLine();
    }

    private string Rounds()
    {
        int[] counts = [.. Scenario.All.Select(scenario => measurements.Of(peers[0].Name, scenario).Count).Where(count => count > 0)];
        return (counts.Min(), counts.Max()) switch
        {
            (1, 1) => "1 round",
            var (least, most) when least == most => $"{most} rounds",
            var (least, most) => $"{least} to {most} rounds",
        };
    }

    /// <summary>As somebody else would type it: where this machine keeps its files says nothing about what was measured.</summary>
    private static string CommandLine(IEnumerable<string> arguments)
    {
        var line = new StringBuilder("bench/run.sh");
        var isPath = false;
        foreach (var argument in arguments)
        {
            var isOption = argument.StartsWith("--", StringComparison.Ordinal);
            if (isOption)
                isPath = argument.Split('=')[0] is "--causeway" or "--causeway-governed-spec" or "--out" or "--keep";
            if (isPath)
                continue;
            line.Append(' ').Append(argument.AsSpan().ContainsAny(' ', ';', '"') ? $"\"{argument}\"" : argument);
        }
        return line.ToString();
    }

    private void Throughput() => Table(
        "Throughput at saturation",
        "Closed loop. CPU is that of the gateway's processes, user and system.",
        [
            new("req/s, 32 connections", peer => Value(peer, Scenario.Saturation32, Rps, "N0")),
            new("x direct", peer => Ratio(peer, Direct, Scenario.Saturation32, Rps)),
            new("x nginx", peer => Ratio(peer, Nginx, Scenario.Saturation32, Rps)),
            new("req/s, 128 connections", peer => Value(peer, Scenario.Saturation128, Rps, "N0")),
            new("x nginx", peer => Ratio(peer, Nginx, Scenario.Saturation128, Rps)),
            new("CPU µs/request", peer => Cpu(peer, Scenario.Saturation32, sample => sample.CpuMicrosecondsPerRequest)),
        ]);

    private void Latency() => Table(
        "Latency at one connection, µs",
        "One request at a time; added = peer minus direct.",
        [
            new("p50", peer => Value(peer, Scenario.OneConnection, P50, "N0")),
            new("p99", peer => Value(peer, Scenario.OneConnection, P99, "N0")),
            new("added p50", peer => Added(peer, Scenario.OneConnection, P50)),
            new("added p99", peer => Added(peer, Scenario.OneConnection, P99)),
        ]);

    private void LatencyAtThirtyPercent() => Table(
        "Latency at 30 % of the peer's own saturation, µs",
        "Open loop: latency counts from the scheduled moment, so a stall cannot hide what it delayed.",
        [
            new("req/s", peer => Value(peer, Scenario.ThirtyPercent, Rps, "N0")),
            new("p50", peer => Value(peer, Scenario.ThirtyPercent, P50, "N0")),
            new("p99", peer => Value(peer, Scenario.ThirtyPercent, P99, "N0")),
            new("p99.9", peer => Value(peer, Scenario.ThirtyPercent, sample => sample.Load.Latency.P999, "N0")),
        ]);

    private void StreamStart() => Table(
        "One stream at a time, pace 0, µs",
        "First event as the client sees it; per event = what the peer adds to a whole stream, divided by its events.",
        [
            new("first event p50", peer => Value(peer, Scenario.OneStream, FirstP50, "N0")),
            new("first event p99", peer => Value(peer, Scenario.OneStream, FirstP99, "N0")),
            new("added p50", peer => Added(peer, Scenario.OneStream, FirstP50)),
            new("added p99", peer => Added(peer, Scenario.OneStream, FirstP99)),
            new("added per event", peer => Added(peer, Scenario.OneStream, PerEvent, "N1")),
        ]);

    private void StreamThroughput() => Table(
        "16 streams, pace 0",
        "Closed loop.",
        [
            new("events/s", peer => Value(peer, Scenario.Streams, Eps, "N0")),
            new("x direct", peer => Ratio(peer, Direct, Scenario.Streams, Eps)),
            new("x nginx", peer => Ratio(peer, Nginx, Scenario.Streams, Eps)),
            new("CPU µs/event", peer => Cpu(peer, Scenario.Streams, sample => sample.CpuMicrosecondsPerEvent)),
        ]);

    private void PacedStreams() => Table(
        "16 streams, pace 20 ms, µs",
        "12 streams start a second and last 1.3 s. The gap between events should be 20,000.",
        [
            new("first event p50", peer => Value(peer, Scenario.PacedStreams, FirstP50, "N0")),
            new("added first event p50", peer => Added(peer, Scenario.PacedStreams, FirstP50)),
            new("gap p50", peer => Value(peer, Scenario.PacedStreams, sample => sample.Load.Gap.P50, "N0")),
            new("gap p99", peer => Value(peer, Scenario.PacedStreams, sample => sample.Load.Gap.P99, "N0")),
            new("added gap p99", peer => Added(peer, Scenario.PacedStreams, sample => sample.Load.Gap.P99)),
        ]);

    private void Memory() => Table(
        "Memory, MB, and start",
        "Resident memory of all of the gateway's processes. Start = from exec to the first right answer through it.",
        [
            new("idle", peer => Megabytes(peer, peer.IdleResident)),
            new("peak, 128 connections", peer => PeakMegabytes(peer, Scenario.Saturation128)),
            new("peak, 2,000 open streams", peer => PeakMegabytes(peer, Scenario.ManyStreams)),
            new("after the run", peer => Megabytes(peer, peer.ProcessId is { } id ? ProcessTree.Measure(id).Resident : 0)),
            new("start, ms", peer => peer.ProcessId is null ? "–" : $"{peer.StartTime.TotalMilliseconds:N0}"),
        ]);

    private void Failures()
    {
        _text.AppendLine("## What went wrong").AppendLine();
        var failures = measurements.Failures().ToList();
        if (failures.Count == 0)
            _text.AppendLine("Nothing: no answer was lost, cut or wrong.");
        foreach (var (peer, scenario, errors, problem) in failures)
            _text.AppendLine($"- {peer}, {scenario.Name}: {errors:N0} errors, for example: {problem.ReplaceLineEndings(" ")}");
        _text.AppendLine();
        _text.AppendLine("## What these numbers do not say").AppendLine()
            .AppendLine("- Generator, mock and kernel share the machine with the gateway: pinning separates them, caches and the memory bus do not.")
            .AppendLine("- The mock answers at once. Behind a real model the added time disappears in the model's; throughput per core is what is paid for.")
            .AppendLine("- Loopback has no loss and no distance; there is no TLS on either side.")
            .AppendLine("- Causeway keeps its ledger in every row, plain too. nginx and Portkey record nothing and count nothing here.");
    }

    private void Table(string title, string note, IReadOnlyList<Column> columns)
    {
        _text.AppendLine($"## {title}").AppendLine().AppendLine(note).AppendLine()
            .AppendLine($"| | {string.Join(" | ", columns.Select(column => column.Title))} |")
            .AppendLine($"|---|{string.Concat(Enumerable.Repeat("---:|", columns.Count))}");
        foreach (var peer in peers)
            _text.AppendLine($"| {peer.Name} | {string.Join(" | ", columns.Select(column => column.Cell(peer)))} |");
        _text.AppendLine();
    }

    private string Value(Peer peer, Scenario scenario, Func<Sample, double> select, string format)
        => Mark(peer, scenario) + Format(measurements.Value(peer.Name, scenario, select), format);

    private string Ratio(Peer peer, string baseline, Scenario scenario, Func<Sample, double> select)
        => Format(measurements.Ratio(peer.Name, baseline, scenario, select), "N2");

    private string Added(Peer peer, Scenario scenario, Func<Sample, double> select, string format = "N0")
        => peer.Name == Direct ? "–" : Format(measurements.Added(peer.Name, Direct, scenario, select), format);

    private string Cpu(Peer peer, Scenario scenario, Func<Sample, double> select)
        => peer.ProcessId is null ? "–" : Format(measurements.Value(peer.Name, scenario, select), "N1");

    private string PeakMegabytes(Peer peer, Scenario scenario)
        => peer.ProcessId is null ? "–" : Format(measurements.Value(peer.Name, scenario, sample => sample.PeakResident / 1e6), "N0");

    private static string Megabytes(Peer peer, long bytes) => peer.ProcessId is null ? "–" : $"{bytes / 1e6:N0}";

    private string Mark(Peer peer, Scenario scenario)
        => measurements.Of(peer.Name, scenario).Any(sample => sample.Load.Errors > 0) ? "**errors** " : "";

    private static string Format(Spread? spread, string format) => spread switch
    {
        null => "–",
        { } one when one.Min == one.Max => Format(one.Median, format),
        { } many => $"{Format(many.Median, format)} ({Format(many.Min, format)}–{Format(many.Max, format)})",
    };

    private static string Format(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);

    private static double Rps(Sample sample) => sample.Load.RequestsPerSecond;

    private static double Eps(Sample sample) => sample.Load.EventsPerSecond;

    private static double P50(Sample sample) => sample.Load.Latency.P50;

    private static double P99(Sample sample) => sample.Load.Latency.P99;

    private static double FirstP50(Sample sample) => sample.Load.FirstEvent.P50;

    private static double FirstP99(Sample sample) => sample.Load.FirstEvent.P99;

    /// <summary>A stream of <see cref="Scenario.OneStream"/> has 64 content events, one that finishes and [DONE].</summary>
    private static double PerEvent(Sample sample) => sample.Load.Latency.P50 / (Scenario.OneStream.Tokens + 2);

    private sealed record Column(string Title, Func<Peer, string> Cell);
}
