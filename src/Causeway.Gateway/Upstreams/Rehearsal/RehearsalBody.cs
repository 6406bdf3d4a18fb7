namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>How a body ends.</summary>
internal enum BodyEnding
{
    Complete,
    /// <summary>The connection breaks in the middle.</summary>
    Cut,
    /// <summary>Nothing more comes, and nothing breaks.</summary>
    Stall,
}

/// <summary>
/// A body that is rendered when it is read: no task runs behind it, a slow reader holds the play up, and a reader that goes
/// away ends it. One reader at a time; disposal ends a read that waits.
/// </summary>
internal sealed class RehearsalBody : BodyStream
{
    private readonly RenderBuffer _buffer;
    private readonly EventPlayer? _player;
    private readonly TimeProvider _time;
    private readonly Pacing _pacing;
    private readonly BodyEnding _ending;
    private readonly int _lastRound;
    private CancellationTokenSource? _gone;
    private bool _hasWaited;
    private bool _isOver;
    private bool _disposed;

    /// <summary>A whole body, rendered already.</summary>
    public RehearsalBody(RenderBuffer buffer, TimeProvider time, BodyEnding ending)
    {
        (_buffer, _time, _ending, _isOver) = (buffer, time, ending, true);
        if (ending != BodyEnding.Complete) buffer.KeepOnly(buffer.Unread / 2);
    }

    /// <summary>An event stream.</summary>
    /// <param name="lastRound">The round in which an <paramref name="ending"/> before the end happens.</param>
    public RehearsalBody(RenderBuffer buffer, EventPlayer player, TimeProvider time, Pacing pacing, BodyEnding ending, int lastRound)
    {
        (_buffer, _player, _time, _pacing, _ending, _lastRound) = (buffer, player, time, pacing, ending, lastRound);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        if (_buffer.Unread == 0 && Wait() is { } wait) return WaitAndReadAsync(wait, buffer, cancellationToken);
        return ValueTask.FromResult(Render(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _gone?.Cancel();
            _gone?.Dispose();
            _player?.Dispose();
            _buffer.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <summary>How long the next bytes are away; null when they are due.</summary>
    private TimeSpan? Wait()
    {
        if (_isOver) return _ending == BodyEnding.Stall ? Timeout.InfiniteTimeSpan : null;
        var wait = _player is { Round: > 0 } ? _pacing.Between : _pacing.First;
        return wait > TimeSpan.Zero && !_hasWaited ? wait : null;
    }

    private async ValueTask<int> WaitAndReadAsync(TimeSpan wait, Memory<byte> buffer, CancellationToken cancel)
    {
        _gone ??= new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _gone.Token);
        try
        {
            await Task.Delay(wait, _time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(RehearsalBody));
        }
        _hasWaited = true;
        return Render(buffer.Span);
    }

    private int Render(Span<byte> destination)
    {
        while (!_isOver && (_buffer.Unread == 0 || (_pacing.Between <= TimeSpan.Zero && _buffer.Unread < destination.Length)))
            RenderRound();
        if (_isOver && _ending == BodyEnding.Cut && _buffer.Unread == 0)
            throw new IOException("The rehearsal broke the connection in the middle of the answer.");
        return _buffer.Read(destination);
    }

    private void RenderRound()
    {
        if (_player is null) return;
        var before = _buffer.Unread;
        var isLast = _ending != BodyEnding.Complete && _player.Round == _lastRound;
        _player.RenderRound();
        _hasWaited = false;
        // In the middle of an event: a reader that counts on whole events shall find out here.
        if (isLast) _buffer.KeepOnly(before + ((_buffer.Unread - before) / 2));
        _isOver = isLast || _player.IsDone;
    }
}
