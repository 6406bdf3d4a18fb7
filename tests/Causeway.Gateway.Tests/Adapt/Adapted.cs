using System.Text;
using Causeway.Gateway.Adapt;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Tests.Adapt;

/// <summary>What became of a request on its way to one target.</summary>
internal sealed record Adapted(string Sent, string? Receipt, AnswerEdits? Edits, WireError? Refusal)
{
    public static Adapted Of(string body, AdaptPlan plan, string? model = null)
    {
        using var call = new Call(TimeProvider.System);
        Encoding.UTF8.GetBytes(body).CopyTo(call.Body.GetSpan(body.Length * 3));
        call.Body.Advance(Encoding.UTF8.GetByteCount(body));
        Assert.True(ChatEnvelope.TryRead(call.Body.Span, out var envelope, out var error), error?.Message);
        call.Envelope = envelope;
        var target = new TargetPlan("u", model) { Adapt = plan };
        call.Route = new RoutePlan("r", [], [target]);
        var adapted = RequestAdapter.Prepare(call, target);
        return new Adapted(Encoding.UTF8.GetString(adapted.Body.Span), adapted.Receipt?.ToString(), adapted.Edits, adapted.Refusal);
    }

    /// <summary>Everything native but the features named.</summary>
    public static AdaptPlan Plan(Support support, ParamsMode mode, params Feature[] features) =>
        new(Profile(features.Select(feature => (feature, support))), new ParamsPlan(mode, ParamsPlan.Lenient.Fields), default);

    public static CapabilityProfile Profile(IEnumerable<(Feature, Support)> except, ToolNameRule? names = null)
    {
        var facts = Features.All.ToDictionary(feature => feature, _ => new FeatureFact(Support.Native));
        foreach (var (feature, support) in except) facts[feature] = new FeatureFact(support);
        return new CapabilityProfile { Name = "p", Source = "s", Facts = facts, ToolNames = names };
    }
}
