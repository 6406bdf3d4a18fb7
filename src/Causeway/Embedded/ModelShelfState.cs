using Causeway.Engine;
using Causeway.Models;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>A model in use: it stays loaded until this is disposed. Once.</summary>
internal sealed class ModelLease(RunningModel model, TimeSpan coldStart, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public RunningModel Model { get; } = model;

    /// <summary>How long this caller waited for the model to be loaded; zero when it was there.</summary>
    public TimeSpan ColdStart { get; } = coldStart;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}

/// <summary>
/// The models of one upstream that are in memory. One is loaded when it is first asked for, by one load that all who wait share; it goes when nobody
/// has asked for a while, or when another needs its room and nobody uses it. A load goes on when those who wait for it have gone. Thread-safe.
/// </summary>
internal sealed partial class ModelShelfState : IDisposable
{
    private readonly EmbeddedPlan _plan;
    private readonly Func<ModelEntry, long?, RunningModel> _load;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EmbeddedMeter _meter;
    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _loading = new(1);
    private readonly Lock _lock = new();
    private long _tokensOfGone;
    private bool _isClosed;

    /// <param name="upstream">Its name.</param>
    /// <param name="load">Puts a model into memory, within so many bytes (null: what the machine has free), and warms it up. Called on a thread of its own.</param>
    public ModelShelfState(string upstream, EmbeddedPlan plan, Func<ModelEntry, long?, RunningModel> load, TimeProvider time, ILogger logger)
    {
        (_plan, _load, _time, _logger) = (plan, load, time, logger);
        _meter = new EmbeddedMeter(upstream, Gauges);
    }

    /// <exception cref="EmbeddedRefusal">It cannot be loaded; the error says why.</exception>
    public async ValueTask<ModelLease> TakeAsync(ModelEntry entry, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var slot = SlotOf(entry);
            var wasThere = slot.Loading.IsCompletedSuccessfully;
            try
            {
                var model = await slot.Loading.WaitAsync(cancel).ConfigureAwait(false);
                if (TryHold(slot)) return new ModelLease(model, wasThere ? TimeSpan.Zero : _time.GetElapsedTime(started), () => Release(slot));
            }
            catch (Exception e) when (e is EmbeddedRefusal)
            {
                Forget(slot);
                _meter.Refused(((EmbeddedRefusal)e).Error.Code);
                throw;
            }
        }
    }

    public EmbeddedGauges Gauges()
    {
        lock (_lock)
        {
            var models = _slots.Values.Where(slot => slot.Loading.IsCompletedSuccessfully).Select(slot => slot.Loading.Result).ToList();
            return new EmbeddedGauges(models.Count, models.Sum(model => model.Waiting), models.Sum(model => model.Active), _tokensOfGone + models.Sum(model => model.Tokens), models.Sum(model => model.MemoryBytes));
        }
    }

    public void Refused(WireError error) => _meter.Refused(error.Code);

    public void Dispose()
    {
        List<Slot> slots;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            slots = [.. _slots.Values];
            _slots.Clear();
        }
        foreach (var slot in slots)
        {
            slot.Idle?.Dispose();
            _ = slot.Loading.ContinueWith(static loaded => loaded.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
        _meter.Dispose();
    }

    private Slot SlotOf(ModelEntry entry)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_slots.TryGetValue(entry.Path, out var known)) return known;
            var slot = new Slot(entry);
            slot.Loading = Task.Run(() => LoadAsync(slot));
            _slots.Add(entry.Path, slot);
            return slot;
        }
    }

    // One at a time: each takes all cores, and what the machine has free is only known when the one before is in memory.
    private async Task<RunningModel> LoadAsync(Slot slot)
    {
        var started = _time.GetTimestamp();
        await _loading.WaitAsync().ConfigureAwait(false);
        try
        {
            LogLoading(slot.Entry.Name, slot.Entry.Path);
            var model = await LoadWithRoomAsync(slot).ConfigureAwait(false);
            var took = _time.GetElapsedTime(started);
            _meter.Loaded(slot.Entry.Name, took);
            LogLoaded(slot.Entry.Name, (long)took.TotalMilliseconds, model.MemoryBytes >> 20, model.Description, EngineCpu.Kernels);
            Arm(slot);
            return model;
        }
        catch (Exception e) when (e is not EmbeddedRefusal)
        {
            LogFailed(slot.Entry.Name, e.Message);
            throw new EmbeddedRefusal(ErrorCodes.LocalModelUnusable.Error($"The model '{slot.Entry.Name}' cannot be loaded. The gateway's log says why."));
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<RunningModel> LoadWithRoomAsync(Slot slot)
    {
        while (true)
        {
            try
            {
                return await Task.Factory.StartNew(() => _load(slot.Entry, Room()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (InsufficientMemoryException e)
            {
                if (TakeIdle() is { } idle)
                {
                    await UnloadAsync(idle, "another needs its room").ConfigureAwait(false);
                    continue;
                }
                LogNoRoom(slot.Entry.Name, e.Message);
                throw new EmbeddedRefusal(ErrorCodes.LocalModelTooLarge.Error(e.Message) with { RetryAfterSeconds = 30 });
            }
        }
    }

    private long? Room()
    {
        if (_plan.Memory is not { } budget) return null;
        lock (_lock) return budget - _slots.Values.Where(slot => slot.Loading is { IsCompletedSuccessfully: true }).Sum(slot => slot.Loading.Result.MemoryBytes);
    }

    private bool TryHold(Slot slot)
    {
        lock (_lock)
        {
            if (slot.IsGone) return false;
            slot.Holders++;
            return true;
        }
    }

    private void Release(Slot slot)
    {
        lock (_lock) slot.Holders--;
        Arm(slot);
    }

    /// <summary>Begins to count the time in which nobody asks.</summary>
    private void Arm(Slot slot)
    {
        lock (_lock)
        {
            if (_isClosed || slot.IsGone || slot.Holders > 0) return;
            slot.IdleSince = _time.GetTimestamp();
            slot.Idle ??= _time.CreateTimer(_ => Expire(slot), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            slot.Idle.Change(_plan.UnloadAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire(Slot slot)
    {
        lock (_lock)
        {
            if (_isClosed || slot.IsGone || slot.Holders > 0 || _time.GetElapsedTime(slot.IdleSince) < _plan.UnloadAfter) return;
            Take_NeedsLock(slot);
        }
        _ = UnloadAsync(slot, "nobody has asked for it");
    }

    /// <summary>The model that has waited longest for somebody to ask; it is out of the table then.</summary>
    private Slot? TakeIdle()
    {
        lock (_lock)
        {
            var idle = _slots.Values.Where(slot => slot is { Holders: 0, Loading.IsCompletedSuccessfully: true }).MinBy(slot => slot.IdleSince);
            if (idle is not null) Take_NeedsLock(idle);
            return idle;
        }
    }

    private void Take_NeedsLock(Slot slot)
    {
        slot.IsGone = true;
        if (slot.Loading.IsCompletedSuccessfully) _tokensOfGone += slot.Loading.Result.Tokens;
        _slots.Remove(slot.Entry.Path);
        slot.Idle?.Dispose();
    }

    private async Task UnloadAsync(Slot slot, string why)
    {
        var model = await slot.Loading.ConfigureAwait(false);
        await Task.Factory.StartNew(model.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        _meter.Unloaded(slot.Entry.Name);
        LogUnloaded(slot.Entry.Name, why);
    }

    private void Forget(Slot slot)
    {
        lock (_lock)
            if (_slots.GetValueOrDefault(slot.Entry.Path) == slot) Take_NeedsLock(slot);
    }

    private sealed class Slot(ModelEntry entry)
    {
        public ModelEntry Entry { get; } = entry;
        public Task<RunningModel> Loading { get; set; } = null!;
        public int Holders { get; set; }
        public long IdleSince { get; set; }
        public ITimer? Idle { get; set; }

        /// <summary>It is unloaded, or about to be: whoever comes now loads it again.</summary>
        public bool IsGone { get; set; }
    }

    [LoggerMessage(5001, LogLevel.Information, "Loading model {Model} from {Path}")]
    private partial void LogLoading(string model, string path);

    [LoggerMessage(5002, LogLevel.Information, "Model {Model} is ready after {Millis} ms: {Mebibytes} MiB, {Description}, kernels {Kernels}")]
    private partial void LogLoaded(string model, long millis, long mebibytes, string description, string kernels);

    [LoggerMessage(5003, LogLevel.Information, "Model {Model} is unloaded: {Why}")]
    private partial void LogUnloaded(string model, string why);

    [LoggerMessage(5004, LogLevel.Warning, "Model {Model} is not loaded, it does not fit: {Reason}")]
    private partial void LogNoRoom(string model, string reason);

    [LoggerMessage(5005, LogLevel.Error, "Model {Model} cannot be loaded: {Reason}")]
    private partial void LogFailed(string model, string reason);
}
