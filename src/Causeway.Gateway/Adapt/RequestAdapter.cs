using Causeway.Gateway.Upstreams;
using Causeway.Spec.Plans;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt;

/// <summary>Makes a request ready for a target: the plan's model name, and what the target's profile and the parameter policy ask for.</summary>
internal static class RequestAdapter
{
    public static Adaptation Prepare(Call call, TargetPlan target)
    {
        call.Spliced.Clear();
        // A profile and the parameter policy are about chat completions.
        return call.Operation == Operation.Chat && target.Adapt is { } plan ? call.Draft.Prepare(call, target, plan) : Plain(call, target.Model, call.Envelope is { Stream: true, IncludeUsage: false });
    }

    /// <summary>The request as it came, but for the model's name and the wish for usage.</summary>
    internal static Adaptation Plain(Call call, string? model, bool asksUsage)
    {
        var body = ChatSplice.TryWrite(call.Body.Span, call.Envelope, model, asksUsage, call.Spliced) ? call.Spliced.Memory : call.Body.Memory;
        return new Adaptation(body, null, null, asksUsage);
    }
}
