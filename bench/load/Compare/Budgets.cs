using System.Globalization;
using System.Text;
using Causeway.Load.Peers;

namespace Causeway.Load.Compare;

/// <summary>The budgets that Causeway set itself, next to what was measured. A measurement never fails a build: machines differ.</summary>
internal static class Budgets
{
    private const string Plain = "causeway plain";
    private const string Governed = "causeway governed";
    private const string Nginx = "nginx";

    public static string Describe(Measurements measurements, IReadOnlyList<Peer> peers)
    {
        if (peers.FirstOrDefault(peer => peer.Name == Plain) is not { } plain)
            return "";
        var text = new StringBuilder("## Causeway's own budgets\n\nMedians of the rounds, (least–greatest); a scenario may have had more of them than the others.\n\n"
            + "| | budget | measured | rounds | |\n|---|---:|---:|---:|---|\n");
        Line(text, "governed / plain, requests", 0.8, measurements.Ratio(Governed, Plain, Scenario.Saturation32, Rps), atLeast: true);
        Line(text, "plain / nginx, requests, 32 connections", 0.5, measurements.Ratio(Plain, Nginx, Scenario.Saturation32, Rps), atLeast: true);
        Line(text, "plain / nginx, requests, 128 connections", 0.5, measurements.Ratio(Plain, Nginx, Scenario.Saturation128, Rps), atLeast: true);
        Line(text, "governed / nginx, requests, 32 connections", 0.5, measurements.Ratio(Governed, Nginx, Scenario.Saturation32, Rps), atLeast: true);
        Line(text, "governed / nginx, requests, 128 connections", 0.5, measurements.Ratio(Governed, Nginx, Scenario.Saturation128, Rps), atLeast: true);
        Line(text, "added p99 at one connection, µs", 250, measurements.Added(Plain, "direct", Scenario.OneConnection, sample => sample.Load.Latency.P99));
        Line(text, "added time to first event p50, µs", 300, measurements.Added(Plain, "direct", Scenario.OneStream, sample => sample.Load.FirstEvent.P50));
        Line(text, "CPU for a streamed event, µs", 10, measurements.Value(Plain, Scenario.Streams, sample => sample.CpuMicrosecondsPerEvent));
        Line(text, "idle memory, MB", 90, Spread.Of([plain.IdleResident / 1e6]));
        Line(text, "memory at 2,000 open streams, MB", 400, measurements.Value(Plain, Scenario.ManyStreams, sample => sample.PeakResident / 1e6));
        Line(text, "start to first answer, ms", 150, Spread.Of([plain.StartTime.TotalMilliseconds]));
        return text.AppendLine().ToString();
    }

    private static double Rps(Sample sample) => sample.Load.RequestsPerSecond;

    private static void Line(StringBuilder text, string name, double budget, Spread? measured, bool atLeast = false)
    {
        if (measured is not { } spread)
            return;
        var met = atLeast ? spread.Median >= budget : spread.Median <= budget;
        var range = spread.Min == spread.Max ? "" : string.Create(CultureInfo.InvariantCulture, $" ({spread.Min:0.##}–{spread.Max:0.##})");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| {name} | {(atLeast ? "≥" : "≤")} {budget} | {spread.Median:0.##}{range} | {spread.Count} | {(met ? "met" : "**missed**")} |");
    }
}
