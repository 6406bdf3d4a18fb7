using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Causeway.Engine.Serving;

/// <summary>How a generation went.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CachedTokens">How many of them were taken from an earlier sequence instead of being computed.</param>
/// <param name="GeneratedTokens">Tokens handed out; the one that ended the answer is not among them.</param>
/// <param name="Queued">From the request until its first token was computed.</param>
/// <param name="ToFirstToken">From the request until the first token of the answer; zero if there was none.</param>
/// <param name="Total">From the request to the end.</param>
public sealed record GenerationOutcome(
    GenerationEnd End, int PromptTokens, int CachedTokens, int GeneratedTokens, TimeSpan Queued, TimeSpan ToFirstToken, TimeSpan Total);

/// <summary>
/// An answer that is being made. One reader; everything else is thread-safe. Tokens wait in a short queue: a reader that does not read pauses its own
/// answer and no other, so whoever loses interest must say so, by disposal, by <see cref="Cancel"/> or by leaving the loop over the tokens.
/// </summary>
public sealed class Generation : IAsyncDisposable
{
    /// <summary>Tokens that wait for the reader at the most.</summary>
    internal const int Ahead = 32;

    // Unbounded because it never holds more than Ahead: the scheduler asks for room before it computes.
    private readonly Channel<GeneratedToken> _tokens = Channel.CreateUnbounded<GeneratedToken>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource<GenerationOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _wake;
    private int _unread;
    private volatile bool _cancelled;

    internal Generation(int promptTokens, Action wake) => (PromptTokens, _wake) = (promptTokens, wake);

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; }

    /// <summary>Tokens of the prompt that were not computed because an earlier sequence began with them; known when the first token comes.</summary>
    public int CachedTokens { get; internal set; }

    /// <summary>Completes with the end, whether the tokens are read or not; fails with what broke the answer off.</summary>
    public Task<GenerationOutcome> Completion => _completion.Task;

    internal bool IsCancelled => _cancelled;

    internal bool HasRoom => Volatile.Read(ref _unread) < Ahead;

    /// <summary>The tokens, as they come; can be read once. Leaving the loop early cancels the generation.</summary>
    /// <exception cref="OperationCanceledException">By the token given here. A cancelled generation just ends.</exception>
    public async IAsyncEnumerable<GeneratedToken> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        try
        {
            while (await _tokens.Reader.WaitToReadAsync(cancel).ConfigureAwait(false))
            {
                while (_tokens.Reader.TryRead(out var token))
                {
                    if (Interlocked.Decrement(ref _unread) == Ahead - 1) _wake();
                    yield return token;
                }
            }
        }
        finally
        {
            Cancel();
        }
    }

    /// <summary>Ends it before the next token. No effect on one that has ended.</summary>
    public void Cancel()
    {
        if (_cancelled || _completion.Task.IsCompleted) return;
        _cancelled = true;
        _wake();
    }

    /// <summary>Cancels.</summary>
    public ValueTask DisposeAsync()
    {
        Cancel();
        return ValueTask.CompletedTask;
    }

    internal void CancelWith(CancellationToken cancel)
    {
        var registration = cancel.UnsafeRegister(static generation => ((Generation)generation!).Cancel(), this);
        _ = _completion.Task.ContinueWith(
            static (_, registered) => ((CancellationTokenRegistration)registered!).Unregister(), registration, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    internal void Write(in GeneratedToken token)
    {
        Interlocked.Increment(ref _unread);
        _tokens.Writer.TryWrite(token);
    }

    internal void Complete(GenerationOutcome outcome)
    {
        _completion.TrySetResult(outcome);
        _tokens.Writer.TryComplete();
    }

    internal void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _ = _completion.Task.Exception;
        _tokens.Writer.TryComplete(failure);
    }
}
