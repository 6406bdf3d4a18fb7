using System.Globalization;
using System.Net;
using Causeway.Load.Generator;
using Causeway.Load.Peers;

namespace Causeway.Load.Compare;

/// <summary>Starts every peer, loads them in turns, stops them, reports. All gateways stay up and idle while another is measured.</summary>
internal sealed class Comparison(Bench bench, CompareOptions options)
{
    private static readonly HttpClient _client = new();
    private readonly Measurements _measurements = new();

    public static async Task<int> RunAsync(CompareOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        using var bench = new Bench();
        var peers = PeersOf(bench, options);
        try
        {
            await new Comparison(bench, options).RunAsync(peers, stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("stopped; nothing was written");
            return 130;
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }
    }

    private static List<Peer> PeersOf(Bench bench, CompareOptions options)
    {
        List<Peer> peers = [new DirectPeer(bench)];
        if (options.Peers.Contains("nginx"))
            peers.Add(new NginxPeer(bench));
        if (options.Peers.Contains("portkey"))
            peers.Add(new PortkeyPeer(bench));
        if (options.Peers.Contains("causeway") && options.Causeway is { } program)
            peers.AddRange([CausewayPeer.Plain(bench, program), CausewayPeer.Governed(bench, program, options.GovernedSpec)]);
        return peers;
    }

    private async Task RunAsync(List<Peer> peers, CancellationToken cancellationToken)
    {
        using var mock = StartMock();
        await mock.WaitUntilReadyAsync(token => TrySetScriptAsync(Scenario.OneConnection, token), cancellationToken);
        foreach (var peer in peers)
        {
            Say($"starting {peer.Name}");
            await peer.StartAsync(cancellationToken);
        }
        foreach (var peer in peers)
            await WarmUpAsync(peer, cancellationToken);
        var kept = options.Keep is { } file ? new SampleFile(file, peers) : null;
        kept?.AddTo(_measurements);
        for (var round = 1; round <= options.Rounds; round++)
            await RunRoundAsync(round, peers, kept, cancellationToken);

        var report = new Report(peers, _measurements, options, bench).ToMarkdown();
        Console.WriteLine(report);
        if (options.Out is { } path)
            await File.WriteAllTextAsync(path, report + KeptOf(path), cancellationToken);
    }

    // What was measured by other means stands behind this heading, and stays when the rest is written anew.
    private static string KeptOf(string path) =>
        File.Exists(path) && File.ReadAllText(path) is var old && old.IndexOf("\n## Measured apart\n", StringComparison.Ordinal) is >= 0 and var at ? old[at..] : "";

    private async Task RunRoundAsync(int round, List<Peer> peers, SampleFile? kept, CancellationToken cancellationToken)
    {
        var samples = new List<(string, Scenario, Sample)>();
        foreach (var scenario in options.Scenarios)
        {
            await SetScriptAsync(scenario, cancellationToken);
            foreach (var peer in peers)
            {
                var sample = await MeasureAsync(peer, scenario, options.Duration, cancellationToken);
                _measurements.Add(peer.Name, scenario, sample);
                samples.Add((peer.Name, scenario, sample));
                Say(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}  {scenario.Name,-28} {peer.Name,-18} {sample.Load.RequestsPerSecond,10:N0}/s  p50 {sample.Load.Latency.P50,8:N0} µs  p99 {sample.Load.Latency.P99,8:N0} µs  {sample.Load.Errors} errors"));
            }
        }
        kept?.Append(samples);
    }

    /// <summary>Just-in-time compilers and connection pools settle before the first round.</summary>
    private async Task WarmUpAsync(Peer peer, CancellationToken cancellationToken)
    {
        foreach (var scenario in new[] { Scenario.Saturation32, Scenario.Streams })
            Check(peer, await MeasureAsync(peer, scenario, options.Warmup * 2, cancellationToken));
    }

    private static void Check(Peer peer, Sample sample)
    {
        if (sample.Load.TotalRequests == 0)
            throw new UsageException($"{peer.Name} did not answer one request rightly: {string.Join("; ", sample.Load.Problems)}");
    }

    private async Task<Sample> MeasureAsync(Peer peer, Scenario scenario, TimeSpan duration, CancellationToken cancellationToken)
    {
        var saturation = _measurements.Of(peer.Name, Scenario.Saturation32) is [.., var last] ? last.Load.RequestsPerSecond : 0;
        var load = scenario.OptionsFor(peer.Address, saturation, options.Warmup, duration) with { Key = bench.Key, Headers = peer.Headers, Poll = bench.Placement.LoadPolls };
        if (peer.ProcessId is not { } process)
            return new Sample(await GenerateAsync(load, cancellationToken), 0, 0);

        ProcessTree.ResetPeak(process);
        var before = ProcessTree.Measure(process);
        var result = await GenerateAsync(load, cancellationToken);
        var after = ProcessTree.Measure(process);
        return new Sample(result, after.CpuSeconds - before.CpuSeconds, after.PeakResident);
    }

    private async Task<LoadResult> GenerateAsync(LoadOptions load, CancellationToken cancellationToken)
    {
        using var generator = Self(bench.Placement.Generator, ["run", "--json", .. load.ToArguments()]);
        var (_, log) = await generator.WaitForExitAsync(cancellationToken);
        var json = log.Split('\n').FirstOrDefault(line => line.StartsWith('{'));
        return json is null ? new LoadResult { Errors = 1, Problems = [log.Trim()] } : LoadResult.FromJson(json);
    }

    private ChildProcess StartMock() => Self(bench.Placement.Mock, ["mock", "--port", $"{bench.MockPort}", $"--poll={(bench.Placement.LoadPolls ? "true" : "false")}"]);

    private static ChildProcess Self(int? core, ReadOnlySpan<string> arguments)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "Causeway.Load.dll");
        return new ChildProcess("causeway-load", core, "dotnet", [assembly, .. arguments]);
    }

    private async Task SetScriptAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        if (!await TrySetScriptAsync(scenario, cancellationToken))
            throw new UsageException("the mock has gone away");
    }

    private async Task<bool> TrySetScriptAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.PutAsync(
                new Uri($"http://127.0.0.1:{bench.MockPort}/__mock/script?{scenario.MockScript}"), content: null, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Say(string line) => Console.Error.WriteLine(line);
}
