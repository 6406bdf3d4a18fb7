using Causeway.Spec.Plans;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Adapt;

/// <summary>Makes a request ready for a target: the plan's model name, and what the target's profile and the parameter policy ask for.</summary>
internal static class RequestAdapter
{
    public static Adaptation Prepare(Call call, TargetPlan target)
    {
        var asksUsage = call.Envelope is { Stream: true, IncludeUsage: false };
        call.Spliced.Clear();
        var body = ChatSplice.TryWrite(call.Body.Span, call.Envelope, target.Model, asksUsage, call.Spliced) ? call.Spliced.Memory : call.Body.Memory;
        return new Adaptation(body, null, null, asksUsage);
    }
}
