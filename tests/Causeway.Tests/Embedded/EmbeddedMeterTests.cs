using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Causeway.Embedded;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Tests.Embedded;

/// <summary>What the meter shows of models that really come, answer and go, heard as an exporter hears it.</summary>
public sealed class EmbeddedMeterTests : IAsyncLifetime
{
    // Meters are the process's, and other tests have theirs: the upstream's name tells this one's apart.
    private readonly string _upstream = "metered-" + Guid.NewGuid().ToString("N");
    private readonly FakeTimeProvider _time = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _told = [];
    private readonly ConcurrentDictionary<string, double> _shown = [];
    private readonly ConcurrentBag<string> _published = [];
    private LocalGateway _local = null!;

    public async ValueTask InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != EmbeddedMeter.Name || instrument.Meter.Tags?.Any(tag => tag.Value as string == _upstream) != true) return;
            _published.Add(instrument.Name);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
        _local = await LocalGateway.StartAsync(", queue: 1", _time, name: _upstream);
    }

    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        _listener.Dispose();
    }

    [Fact]
    public async Task A_load_is_timed_with_its_warm_up_and_shows_while_the_model_is_in_memory()
    {
        Assert.Equal(0, Now("causeway.embedded.models"));
        Assert.Equal(0, Now("causeway.embedded.memory"));

        await AskAsync(4);

        Assert.Equal("tiny", Assert.Single(Told("causeway.embedded.load.duration")).Tags);
        Assert.Equal(1, Now("causeway.embedded.models"));
        Assert.True(Now("causeway.embedded.memory") > 100_000);
        await AskAsync(4);
        Assert.Single(Told("causeway.embedded.load.duration"));

        _time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(0, Now("causeway.embedded.models"));
        Assert.Equal(0, Now("causeway.embedded.memory"));
        await Eventually.TrueAsync(() => Told("causeway.embedded.unloads").Count == 1, "the unloading is counted");
        Assert.Equal((1, "tiny"), (Told("causeway.embedded.unloads")[0].Value, Told("causeway.embedded.unloads")[0].Tags));
        await AskAsync(4);
        Assert.Equal(2, Told("causeway.embedded.load.duration").Count);
    }

    [Fact]
    public async Task The_time_of_a_load_is_from_the_first_request_until_the_model_is_warm()
    {
        var plan = new EmbeddedPlan { Threads = 1, Context = 256, UnloadAfter = TimeSpan.FromMinutes(10) };
        using var shelf = new ModelShelfState(_upstream, plan, (entry, room) =>
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            return RunningModel.Load(entry, plan, room, _time);
        }, _time, NullLogger.Instance);

        using var lease = await shelf.TakeAsync(_local.Store.Find("tiny")!, TestContext.Current.CancellationToken);

        Assert.Equal(3, Assert.Single(Told("causeway.embedded.load.duration")).Value);
        Assert.Equal(TimeSpan.FromSeconds(3), lease.ColdStart);
        Assert.True(lease.Model.Engine.Counters.GeneratedTokens > 0, "it has been warmed up");
    }

    [Fact]
    public async Task Tokens_of_answers_are_added_up_over_models_that_go_and_come_back()
    {
        await AskAsync(1);
        var before = Now("causeway.embedded.tokens");

        await AskAsync(8);
        Assert.Equal(before + 8, Now("causeway.embedded.tokens"));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((0, before + 8), (Now("causeway.embedded.models"), Now("causeway.embedded.tokens")));

        await AskAsync(8);
        Assert.True(Now("causeway.embedded.tokens") >= before + 16);
    }

    [Fact]
    public async Task Who_is_answered_who_waits_and_who_is_turned_away_are_counted()
    {
        var noEnd = await _local.NoEndAsync();
        using var running = await _local.Gateway.SendAsync(Endless(noEnd, choices: 16));
        await Eventually.TrueAsync(() => Now("causeway.embedded.active") == 16, "all choices are computed");
        using var stop = new CancellationTokenSource();
        var waiting = _local.Gateway.SendAsync(Endless(noEnd, choices: 1), stop.Token);
        await Eventually.TrueAsync(() => Now("causeway.embedded.queue") == 1, "one waits");

        using var refused = await _local.Gateway.SendAsync(TestGateway.Chat("tiny"));

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal((1, "local_model_busy"), Assert.Single(Told("causeway.embedded.refusals").Select(one => ((int)one.Value, one.Tags))));
        await stop.CancelAsync();
        running.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_caller_that_hangs_up_ends_the_work_for_it(bool stream)
    {
        var request = Endless(await _local.NoEndAsync(), choices: 16, stream);
        // Hangs up at once; by default what is left of an answer is read for two seconds.
        using var hasty = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = _local.Gateway.Http.BaseAddress };
        using var stop = new CancellationTokenSource();
        using var asked = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(request) };
        var running = hasty.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, stop.Token);
        await Eventually.TrueAsync(() => Now("causeway.embedded.active") == 16, "all choices are computed");

        if (stream) (await running).Dispose();
        else await stop.CancelAsync();

        await Eventually.TrueAsync(() => Now("causeway.embedded.active") == 0, "none is computed any more");
        if (!stream) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var said = Now("causeway.embedded.tokens");
        Assert.True(said < 16 * 1900, $"{said} tokens");
        Assert.Single(await _local.Gateway.SettledAsync(3), row => row.Outcome == Outcome.ClientGone);
        Assert.Equal(said, Now("causeway.embedded.tokens"));
    }

    [Fact]
    public async Task Every_instrument_is_in_the_operators_document()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "operations", "telemetry.md"));

        Assert.Equal(8, _published.Count);
        Assert.All(_published, name => Assert.Contains($"`{name}`", document, StringComparison.Ordinal));
    }

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.IsObservable) _shown[instrument.Name] = value;
        else _told.Enqueue((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => tag.Value))));
    }

    private List<(string Name, double Value, string Tags)> Told(string name) => [.. _told.Where(one => one.Name == name)];

    /// <summary>What a gauge shows when it is looked at.</summary>
    private double Now(string gauge)
    {
        _listener.RecordObservableInstruments();
        return _shown[gauge];
    }

    private static string Endless(string noEnd, int choices, bool stream = true) =>
        $$"""{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"n":{{choices}},"logit_bias":{ {{noEnd}} },"stream":{{(stream ? "true" : "false")}} }""";

    private async Task AskAsync(int tokens)
    {
        using var response = await _local.Gateway.Http.PostAsync("/v1/completions", TestGateway.Json($$$"""
            {"model":"tiny","prompt":"one two","max_tokens":{{{tokens}}},"logit_bias":{{{{await _local.NoEndAsync()}}}}}
            """));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
