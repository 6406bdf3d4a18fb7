using System.Threading.Channels;

namespace Causeway.Embedded;

/// <summary>
/// All choices of an answer, being made side by side: each by a task of its own, their deltas in one queue in the order in which they were said. A
/// reader that does not read pauses the model's work on this answer. Disposal ends it. One reader.
/// </summary>
internal sealed class AnswerRun : IAsyncDisposable
{
    private const int Ahead = 64;

    private readonly Channel<Delta> _deltas = Channel.CreateBounded<Delta>(new BoundedChannelOptions(Ahead) { SingleReader = true });
    private readonly CancellationTokenSource _stop;
    private readonly IReadOnlyList<ChoiceRun> _choices;
    private readonly int _choicesPerPrompt;
    private readonly Task _running;
    private readonly ModelLease _lease;

    /// <param name="choices">Those of the first prompt first.</param>
    public AnswerRun(IReadOnlyList<ChoiceRun> choices, int choicesPerPrompt, ModelLease lease, CancellationToken cancel)
    {
        (_choices, _choicesPerPrompt, _lease) = (choices, choicesPerPrompt, lease);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _running = RunAsync();
    }

    public ChannelReader<Delta> Deltas => _deltas.Reader;

    /// <summary>Final when all deltas were read.</summary>
    public AnswerUsage Usage => new(
        _choices.Where((_, index) => index % _choicesPerPrompt == 0).Sum(choice => choice.PromptTokens),
        _choices.Sum(choice => choice.Said),
        _choices.Where((_, index) => index % _choicesPerPrompt == 0).Sum(choice => choice.CachedTokens));

    /// <summary>Goes on without the token it began with: from now on only disposal ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(_choices.Select(choice => Task.Run(() => choice.RunAsync(delta => _deltas.Writer.WriteAsync(delta, _stop.Token), _stop.Token)))).ConfigureAwait(false);
            _deltas.Writer.Complete();
        }
        catch (OperationCanceledException)
        {
            _deltas.Writer.TryComplete(new OperationCanceledException());
        }
        catch (Exception e)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            _deltas.Writer.TryComplete(e as IOException ?? new IOException("The model failed in the middle of its answer.", e));
        }
        finally
        {
            _lease.Dispose();
        }
    }
}
