using System.Text.Json;
using Causeway.Engine;
using Causeway.Engine.Serving;
using Causeway.Gateway.Upstreams;
using Causeway.Models;
using Causeway.Spec.Plans;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>
/// An upstream that runs models itself: what is asked in OpenAI's dialect becomes tokens, and the model's tokens become an answer in it. The engine
/// knows nothing of OpenAI, the gateway nothing of engines; here they meet. Thread-safe.
/// </summary>
internal sealed partial class EmbeddedUpstream : IUpstream
{
    private static readonly JsonDocumentOptions _json = new() { MaxDepth = 128 };

    private readonly ModelStore _store;
    private readonly ModelShelfState _shelf;
    private readonly TimeProvider _time;
    private readonly bool _offersTuned;

    public EmbeddedUpstream(UpstreamPlan plan, string dataFolder, TimeProvider time, ILogger logger)
    {
        (_store, _time, _offersTuned) = (ModelStore.Of(plan.Embedded!.Models, dataFolder), time, plan.Embedded.OfferTuned);
        if (EngineCpu.Complaint is { } complaint) LogSlow(logger, plan.Name, complaint);
        _shelf = new ModelShelfState(plan.Name, plan.Embedded, (entry, room) => RunningModel.Load(entry, plan.Embedded, room, time), time, logger);
    }

    /// <summary>Those of the store, each with its adapters; tuned ones only where the spec offers them.</summary>
    public IReadOnlyList<string> OwnModels =>
        [.. _store.List().SelectMany(entry => entry.Adapters.Keys.Where(adapter => _offersTuned || !entry.Held.Contains(adapter)).Select(adapter => $"{entry.Name}:{adapter}").Prepend(entry.Name))];

    public bool Serves(Operation operation) => true;

    public bool MayHave(string model) => Find(model, isModelOfPlan: false) is not null;

    public async ValueTask<UpstreamReply> SendAsync(UpstreamCall call, CancellationToken cancel)
    {
        // Rendering and tokenizing take time that belongs to the pool, not to the thread that reads sockets.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return await AnswerAsync(call, cancel).ConfigureAwait(false);
        }
        catch (EmbeddedRefusal refusal)
        {
            return new EmbeddedReply(refusal.Error);
        }
        catch (PromptTooLongException e)
        {
            return new EmbeddedReply(ErrorCodes.ContextLengthExceeded.Error(e.Message, call.Operation == Operation.Chat ? "messages" : "prompt"));
        }
        catch (EngineBusyException e)
        {
            var error = ErrorCodes.LocalModelBusy.Error(e.Message) with { RetryAfterSeconds = 1 };
            _shelf.Refused(error);
            return new EmbeddedReply(error);
        }
    }

    public void Dispose() => _shelf.Dispose();

    private async ValueTask<UpstreamReply> AnswerAsync(UpstreamCall call, CancellationToken cancel)
    {
        var choice = Find(call.Model, call.IsModelOfPlan)
            ?? throw new EmbeddedRefusal(ErrorCodes.ModelNotFound.Error("There is no such local model. 'causeway models list' prints those there are.", "model"));
        using var document = JsonDocument.Parse(call.Body, _json);
        var lease = await _shelf.TakeAsync(choice.Entry, cancel).ConfigureAwait(false);
        try
        {
            if (choice.Adapter is { } adapter && choice.AdapterPath is { } path) lease.Model.UseAdapter(adapter, path);
            var answer = new EmbeddedAnswer(lease, choice.Adapter, call.Model, _time);
            return call.Operation switch
            {
                Operation.Embeddings => await answer.EmbedAsync(document.RootElement, cancel).ConfigureAwait(false),
                Operation.Tokenize => answer.Tokenize(document.RootElement),
                Operation.Completions => await answer.CompleteAsync(document.RootElement, call.Stream, cancel).ConfigureAwait(false),
                _ => await answer.ChatAsync(document.RootElement, call.Stream, cancel).ConfigureAwait(false),
            };
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private ModelChoice? Find(string model, bool isModelOfPlan) =>
        _store.Resolve(model, isModelOfPlan) is { } found && (isModelOfPlan || _offersTuned || !found.IsHeld) ? found : null;

    [LoggerMessage(5006, LogLevel.Warning, "Upstream {Upstream} computes more slowly than it could: {Complaint}")]
    private static partial void LogSlow(ILogger logger, string upstream, string complaint);
}
