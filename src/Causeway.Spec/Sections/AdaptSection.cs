using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Brings together what is said in four places about how requests are adapted: the top, the upstream, the route and the target.</summary>
internal sealed class AdaptSection(SpecContext context, UpstreamSet upstreams, YamlNode? paramsAtTheTop)
{
    private readonly ParamsPlan _top = ParamsSection.Read(paramsAtTheTop, ParamsPlan.Lenient, context.Bag);
    private ParamsPlan? _route;

    /// <summary>Call before the route's targets are read.</summary>
    public void BeginRoute(YamlNode? routeParams) => _route = ParamsSection.Read(routeParams, _top, context.Bag);

    /// <param name="target">The target's mapping.</param>
    /// <returns>Null when its requests leave as they come.</returns>
    public AdaptPlan? ReadTarget(MapReader target, string? upstream, string? model)
    {
        var chosen = ProfileSection.Read(target.Find("profile"), context);
        var maxTokens = ProfileSection.ReadMaxTokens(target.Find("maxTokens"), context.Bag);
        if (upstream is null) return null;
        var plan = upstreams.Plans.FirstOrDefault(candidate => candidate.Name == upstream);
        chosen ??= upstreams.Profiles.TryGetValue(upstream, out var ofUpstream) ? ofUpstream : new ProfileChoice(ProfileSection.Default(plan, model, context));
        var policy = _route ?? _top;
        if (chosen is { Profile: null } && policy.Mode == ParamsMode.Strict && plan is { Kind: not UpstreamKind.Rehearsal })
            context.Bag.Add(DiagnosticRule.StrictWithoutProfile, target.At, $"'params' is strict here but upstream '{upstream}' has no profile, so nothing can be refused",
                "give the target or its upstream a 'profile'; `causeway probe` writes one");
        var adapt = AdaptPlan.Of(chosen.Value.Profile, policy, maxTokens);
        if (adapt is { MaxTokens: { Default: { } value, Cap: { } cap } } && value > cap)
            context.Bag.Add(DiagnosticRule.OutOfRange, target.At, $"'maxTokens' asks for {value} by default and for {cap} at most, counting what the profile '{adapt.Profile?.Name}' says");
        return adapt;
    }
}
