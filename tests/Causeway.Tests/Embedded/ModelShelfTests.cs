using Causeway.Embedded;
using Causeway.Engine;
using Causeway.Models;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Causeway.TinyModels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Tests.Embedded;

public sealed class ModelShelfTests : IDisposable
{
    private static readonly EmbeddedPlan _plan = new() { Threads = 1, Context = 256, UnloadAfter = TimeSpan.FromMinutes(10) };

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private int _loads;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_who_come_while_a_model_is_loaded_share_the_load()
    {
        using var shelf = Shelf();
        var entry = NewModel("a");

        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shelf.TakeAsync(entry, Cancel).AsTask()));

        Assert.Equal(1, _loads);
        Assert.Single(leases.Select(lease => lease.Model).Distinct());
        foreach (var lease in leases) lease.Dispose();
    }

    [Fact]
    public async Task The_log_says_which_kernels_a_model_runs_on()
    {
        var log = new Lines();
        using var shelf = Shelf(log: log);

        (await shelf.TakeAsync(NewModel("a"), Cancel)).Dispose();

        Assert.Contains(log, line => line.EndsWith($"kernels {EngineCpu.Kernels}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_nobody_asks_goes_and_comes_back_when_it_is_asked()
    {
        using var shelf = Shelf();
        var entry = NewModel("a");
        (await shelf.TakeAsync(entry, Cancel)).Dispose();

        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, shelf.Gauges().LoadedModels);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, shelf.Gauges().LoadedModels);
        (await shelf.TakeAsync(entry, Cancel)).Dispose();

        Assert.Equal(2, _loads);
    }

    [Fact]
    public async Task A_model_in_use_stays_however_long_that_takes()
    {
        using var shelf = Shelf();
        var entry = NewModel("a");
        var lease = await shelf.TakeAsync(entry, Cancel);

        _time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(1, shelf.Gauges().LoadedModels);
        lease.Dispose();
        lease.Dispose();
        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(0, shelf.Gauges().LoadedModels);
    }

    [Fact]
    public async Task Whoever_stops_waiting_does_not_stop_the_load()
    {
        using var shelf = Shelf();
        var entry = NewModel("a");
        using var hasty = new CancellationTokenSource();
        var first = shelf.TakeAsync(entry, hasty.Token).AsTask();
        await hasty.CancelAsync();

        await Task.WhenAny(first);
        (await shelf.TakeAsync(entry, Cancel)).Dispose();

        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task A_model_that_nobody_uses_makes_room_for_another()
    {
        var (first, second) = (NewModel("a"), NewModel("b"));
        using var probe = RunningModel.Load(first, _plan, null, _time);
        using var shelf = Shelf(_plan with { Memory = probe.MemoryBytes * 3 / 2 });

        (await shelf.TakeAsync(first, Cancel)).Dispose();
        using var lease = await shelf.TakeAsync(second, Cancel);

        Assert.Equal(1, shelf.Gauges().LoadedModels);
        var refusal = await Assert.ThrowsAsync<EmbeddedRefusal>(async () => await shelf.TakeAsync(first, Cancel));
        Assert.Equal("local_model_too_large", refusal.Error.Code);
    }

    [Fact]
    public async Task A_load_that_failed_is_tried_again()
    {
        var entry = NewModel("a");
        var isBroken = true;
        using var shelf = new ModelShelfState("local", _plan, (model, room) => isBroken ? throw new IOException("the disk is away") : RunningModel.Load(model, _plan, room, _time), _time, NullLogger.Instance);

        var refusal = await Assert.ThrowsAsync<EmbeddedRefusal>(async () => await shelf.TakeAsync(entry, Cancel));
        isBroken = false;
        (await shelf.TakeAsync(entry, Cancel)).Dispose();

        Assert.Equal((503, "local_model_unusable"), (refusal.Error.Status, refusal.Error.Code));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ModelShelfState Shelf(EmbeddedPlan? plan = null, ILogger? log = null) => new("local", plan ?? _plan, (entry, room) =>
    {
        Interlocked.Increment(ref _loads);
        return RunningModel.Load(entry, plan ?? _plan, room, _time);
    }, _time, log ?? NullLogger.Instance);

    private ModelEntry NewModel(string name)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        TinyModel.Create(TinyArchitecture.Qwen3).WriteFolder(folder);
        return new ModelEntry { Name = name, Path = folder };
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
