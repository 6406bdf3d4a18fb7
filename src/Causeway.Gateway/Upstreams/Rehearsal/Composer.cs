using System.Text.Json;
using Causeway.Gateway.Upstreams.Rehearsal.Instances;

namespace Causeway.Gateway.Upstreams.Rehearsal;

/// <summary>Decides what a choice says: words or calls, by the script and by what the request permits.</summary>
internal static class Composer
{
    /// <summary>What a whole endless answer is cut at when the caller sets no limit.</summary>
    private const int EndlessDefault = 4096;

    /// <summary>
    /// Most tokens of all choices of a whole answer, which lies in memory at once: above what 32 MiB of prose can echo.
    /// With log probabilities a token takes up to 1.5 kB.
    /// </summary>
    private const int WholeCeiling = 1 << 24;
    private const int WholeCeilingWithLogprobs = 1 << 16;

    public static ChoicePlay[] Compose(RehearsalRequest request)
    {
        var plays = new ChoicePlay[request.Choices];
        var effort = new Effort();
        for (var index = 0; index < plays.Length; index++)
            plays[index] = Compose(request, Chance.Child(request.Seed, index), effort);
        return plays;
    }

    private static ChoicePlay Compose(RehearsalRequest request, ulong seed, Effort effort)
    {
        var limit = Limit(request);
        var calls = Calls(request, seed, effort);
        if (calls.Length > 0) return new ChoicePlay(calls, limit, CallFinish(request.Demand, calls));
        if (request.Script == Script.Infinite) return Endless(request, seed, limit);
        var text = StopSequences.Cut(Text(request, seed, effort), request.Stops);
        return new ChoicePlay([new PlayPart(null, text)], limit, "stop");
    }

    private static int Limit(RehearsalRequest request)
    {
        if (request.Stream) return request.MaxTokens ?? int.MaxValue;
        var ceiling = (request.Logprobs ? WholeCeilingWithLogprobs : WholeCeiling) / request.Choices;
        var asked = request.MaxTokens ?? (request.Script == Script.Infinite ? EndlessDefault : int.MaxValue);
        return Math.Min(asked, ceiling);
    }

    private static ChoicePlay Endless(RehearsalRequest request, ulong seed, int limit)
    {
        var period = Lines.Endless(seed);
        return StopSequences.CutRepeated(period, request.Stops) is { } text
            ? new ChoicePlay([new PlayPart(null, text)], limit, "stop")
            : new ChoicePlay([new PlayPart(null, period)], limit, "stop", Endless: true);
    }

    private static string Text(RehearsalRequest request, ulong seed, Effort effort) => request switch
    {
        { Script: Script.Echo } => request.LastUserText,
        { Format: AnswerFormat.JsonSchema } => JsonInstance.Write(request.Schema, seed, request.StrictSchema, effort),
        { Format: AnswerFormat.JsonObject } => Lines.JsonObject(request.LastUserText, seed),
        { ToolResult: { } result } => Lines.AboutResult(result, seed),
        _ => Lines.Answer(request.LastUserText, seed),
    };

    private static PlayPart[] Calls(RehearsalRequest request, ulong seed, Effort effort)
    {
        var offers = request.Offers;
        if (offers.Count == 0 || request.Demand == ToolDemand.None) return [];
        if (request.Demand == ToolDemand.Named) return [Call(offers[0], seed, 0, effort)];
        var asked = request.Demand == ToolDemand.Required;
        if (request.Script != Script.Parallel) return asked ? [Call(offers[0], seed, 0, effort)] : [];
        return asked || request.ToolResult is null ? EveryFunction(request, seed, effort) : [];
    }

    private static PlayPart[] EveryFunction(RehearsalRequest request, ulong seed, Effort effort)
    {
        var parts = new List<PlayPart>();
        foreach (var offer in request.Offers)
        {
            if (offer.Kind == ToolKind.Custom) continue;
            parts.Add(Call(offer, seed, parts.Count, effort));
            if (!request.ParallelCalls || offer.Kind == ToolKind.LegacyFunction) break;
        }
        return parts.Count == 0 && request.Demand == ToolDemand.Required ? [Call(request.Offers[0], seed, 0, effort)] : [.. parts];
    }

    private static PlayPart Call(ToolOffer offer, ulong seed, int index, Effort effort)
    {
        var own = Chance.Child(seed, index);
        var arguments = offer.Kind == ToolKind.Custom ? Lines.CustomInput
            : offer.Parameters.ValueKind is JsonValueKind.Object ? JsonInstance.Write(offer.Parameters, own, offer.Strict, effort)
            : "{}";
        return new PlayPart(new ToolCall(offer.Kind, CallId(own), offer.Name), arguments);
    }

    /// <summary>OpenAI says <c>stop</c> for a call that the caller named, and names the calls in the reason otherwise.</summary>
    private static string CallFinish(ToolDemand demand, PlayPart[] calls) =>
        demand == ToolDemand.Named ? "stop"
        : calls[0].Call is { Kind: ToolKind.LegacyFunction } ? "function_call" : "tool_calls";

    private static string CallId(ulong seed) => string.Create(29, seed, static (id, seed) =>
    {
        const string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        var chance = new Chance(seed);
        "call_".CopyTo(id);
        foreach (ref var letter in id[5..])
            letter = letters[chance.Below(letters.Length)];
    });
}
