using System.Buffers;
using Causeway.Gateway.Upstreams;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>
/// Several edited streams as one: events in the order in which they come, the choices apart by their index, the usage summed behind them
/// all. One stream that breaks off breaks the whole.
/// </summary>
/// <param name="sources">Edited as parts (see <see cref="EditedEvents"/>), each for a choice of its own.</param>
/// <param name="countPrompt">The gateway's count of the prompt, for an upstream that states no usage.</param>
internal sealed class MergedStream(IReadOnlyList<EditedEvents> sources, Func<long> countPrompt) : BodyStream
{
    private readonly RentedBuffer _out = new();
    private readonly Task<bool>?[] _pending = new Task<bool>?[sources.Count];
    private int _running = sources.Count;
    private int _last;
    private bool _hasStarted;
    private bool _isOver;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_out.Length == 0 && !_isOver)
        {
            if (!_hasStarted)
            {
                _hasStarted = true;
                for (var i = 0; i < sources.Count; i++) _pending[i] = sources[i].FillAsync(cancellationToken).AsTask();
            }
            if (_running == 0) Finish();
            else await TakeAsync(await NextAsync(), cancellationToken);
        }
        return Drain(_out, buffer);
    }

    protected override void Dispose(bool disposing)
    {
        for (var i = 0; i < sources.Count; i++)
        {
            // A read under way still writes into its buffer: that one is left to the collector.
            if (_pending[i] is { IsCompleted: false } pending) Observe(pending);
            else sources[i].Release();
        }
        _out.Release();
        base.Dispose(disposing);
    }

    /// <summary>The next source that has something; they take turns.</summary>
    private async ValueTask<int> NextAsync()
    {
        if (FindReady() is >= 0 and var ready) return ready;
        await Task.WhenAny(_pending.OfType<Task<bool>>());
        return FindReady();
    }

    private int FindReady()
    {
        for (var step = 1; step <= sources.Count; step++)
        {
            var at = (_last + step) % sources.Count;
            if (_pending[at] is { IsCompleted: true }) return at;
        }
        return -1;
    }

    private async ValueTask TakeAsync(int at, CancellationToken cancel)
    {
        _last = at;
        var hasMore = await _pending[at]!;
        _pending[at] = null;
        if (hasMore)
        {
            _out.Write(sources[at].Out.Span);
            sources[at].Out.Clear();
            _pending[at] = sources[at].FillAsync(cancel).AsTask();
            return;
        }
        _running--;
        if (!sources[at].EndedWhole) throw new IOException("One of several upstream streams ended before it was complete.");
    }

    private void Finish()
    {
        _isOver = true;
        var sum = sources.Aggregate(default(TokenUsage), (sum, source) => sum.Plus(source.Editor.Usage ?? new TokenUsage(countPrompt(), source.Editor.CountedTokens)));
        sources[0].Editor.WriteUsage(sum, _out);
        _out.Write("data: [DONE]\n\n"u8);
    }

    private static void Observe(Task task) =>
        task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
