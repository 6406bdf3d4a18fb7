using System.Text;
using Causeway.Engine.Serving;
using Causeway.Engine.Tokenizers;
using Causeway.Wire.Dialects;

namespace Causeway.Embedded;

/// <summary>How a choice's tokens become an answer.</summary>
/// <param name="Parser">Reads calls and reasoning out of the text; null for a text completion, which is all text.</param>
internal sealed record ChoiceReading(Tokenizer Tokenizer, IReadOnlyList<string> Stops, DialectParser? Parser, bool KeepSpecials, bool WantsLogprobs);

/// <summary>One choice from its tokens to its deltas: decoded, cut at a stop sequence, parsed by the model's dialect. One reader; not thread-safe.</summary>
internal sealed class ChoiceRun(int choice, Generation generation, ChoiceReading reading)
{
    private readonly TokenDecoder _decoder = new(reading.Tokenizer, reading.KeepSpecials);
    private readonly StopScan _stops = new(reading.Stops);
    private readonly DialectEvents _events = new();
    private List<GeneratedToken> _untold = [];

    public int PromptTokens => generation.PromptTokens;
    public int CachedTokens => generation.CachedTokens;

    /// <summary>Tokens that were generated, the ones of a stop sequence too.</summary>
    public int Said { get; private set; }

    /// <summary>Hands out the deltas, each token's before the next is asked for; the last is <see cref="DeltaKind.Finish"/>.</summary>
    public async Task RunAsync(Func<Delta, ValueTask> tell, CancellationToken cancel)
    {
        await using var ended = generation;
        await foreach (var token in generation.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            Said++;
            if (reading.WantsLogprobs) _untold.Add(token);
            await TellAsync(_stops.Push(_decoder.Add(token.Id)), tell).ConfigureAwait(false);
            if (_stops.IsHit) break;
        }
        if (_stops.IsHit)
        {
            generation.Cancel();
            await FinishAsync(GenerationEnd.Stop, tell).ConfigureAwait(false);
            return;
        }
        var outcome = await generation.Completion.ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        if (outcome.End == GenerationEnd.Cancelled) throw new IOException("The model was unloaded in the middle of the answer.");
        await TellAsync(_stops.Push(_decoder.Finish()), tell).ConfigureAwait(false);
        if (!_stops.IsHit) await TellAsync(_stops.Finish(), tell).ConfigureAwait(false);
        await FinishAsync(_stops.IsHit ? GenerationEnd.Stop : outcome.End, tell).ConfigureAwait(false);
    }

    private async ValueTask FinishAsync(GenerationEnd end, Func<Delta, ValueTask> tell)
    {
        var isCut = end == GenerationEnd.Length;
        if (reading.Parser is { } parser)
        {
            parser.Finish(isCut ? DialectEnd.Cut : DialectEnd.Stopped, _events);
            await TellEventsAsync(tell).ConfigureAwait(false);
        }
        var reason = isCut ? "length" : reading.Parser is { CompleteCalls: > 0 } ? "tool_calls" : "stop";
        await tell(new Delta(choice, DeltaKind.Finish, reason, 0, null, [])).ConfigureAwait(false);
    }

    private ValueTask TellAsync(string text, Func<Delta, ValueTask> tell)
    {
        if (text.Length == 0) return ValueTask.CompletedTask;
        if (reading.Parser is not { } parser) return tell(new Delta(choice, DeltaKind.Content, text, 0, null, TakeUntold()));
        parser.Push(Encoding.UTF8.GetBytes(text), _events);
        return TellEventsAsync(tell);
    }

    private async ValueTask TellEventsAsync(Func<Delta, ValueTask> tell)
    {
        var deltas = new List<Delta>(_events.Count);
        foreach (var one in _events)
            if (DeltaOf(one) is { } delta) deltas.Add(delta);
        _events.Clear();
        foreach (var delta in deltas) await tell(delta).ConfigureAwait(false);
    }

    private Delta? DeltaOf(DialectEvent one)
    {
        var text = Encoding.UTF8.GetString(one.Data);
        return one.Kind switch
        {
            DialectEventKind.Text => new Delta(choice, DeltaKind.Content, text, 0, null, TakeUntold()),
            DialectEventKind.Reasoning => new Delta(choice, DeltaKind.Reasoning, text, 0, null, Forget()),
            DialectEventKind.CallBegin => new Delta(choice, DeltaKind.CallBegin, text, one.CallIndex, IdOf(one), Forget()),
            DialectEventKind.Arguments => new Delta(choice, DeltaKind.Arguments, text, one.CallIndex, null, Forget()),
            _ => null,
        };
    }

    // A model's own ids (Kimi's functions.f:0) repeat from turn to turn: clients take an id for unique.
    private static string IdOf(DialectEvent call) => call.Id.IsEmpty ? "call_" + AnswerIds.Letters(24) : Encoding.UTF8.GetString(call.Id);

    private List<GeneratedToken> TakeUntold()
    {
        if (_untold.Count == 0) return [];
        var told = _untold;
        _untold = [];
        return told;
    }

    // Log probabilities are told of content only.
    private List<GeneratedToken> Forget()
    {
        _untold.Clear();
        return [];
    }
}
