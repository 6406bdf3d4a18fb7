using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;

namespace Causeway.Spec.Plans;

/// <summary>What is done with a request that uses a feature.</summary>
public enum Handling
{
    Pass,
    /// <summary>Mapped or emulated, as <see cref="FieldRules"/> says.</summary>
    Remedy,
    Drop,
    Refuse,
}

/// <summary>
/// Profile, policy and token rule of one target, resolved: how each feature is handled. Immutable and safe to share. A target that asks
/// for nothing has none, and its requests leave as they came.
/// </summary>
public sealed class AdaptPlan : IEquatable<AdaptPlan>
{
    private readonly Handling[] _handling;

    /// <param name="profile">Null when nothing is known: then everything is passed on but what the policy names.</param>
    /// <param name="maxTokens">Of the target; what it leaves open comes from the profile.</param>
    public AdaptPlan(CapabilityProfile? profile, ParamsPlan policy, MaxTokensRule maxTokens)
    {
        (Profile, Policy) = (profile, policy);
        MaxTokens = new MaxTokensRule(maxTokens.Default ?? Least(profile?.MaxTokens.Default, maxTokens.Cap), maxTokens.Cap ?? profile?.MaxTokens.Cap);
        _handling = [.. FieldRules.All.Select(Resolve)];
    }

    public CapabilityProfile? Profile { get; }
    public ParamsPlan Policy { get; }
    public MaxTokensRule MaxTokens { get; }

    public bool IsStrict => Policy.Mode == ParamsMode.Strict;

    /// <summary>Null when the three ask for nothing.</summary>
    public static AdaptPlan? Of(CapabilityProfile? profile, ParamsPlan policy, MaxTokensRule maxTokens) =>
        profile is null && policy.Fields.IsEmpty && maxTokens.IsNone ? null : new AdaptPlan(profile, policy, maxTokens);

    public Handling Of(Feature feature) => _handling[(int)feature];

    /// <summary>Whether the upstream is known to do it itself, whatever the policy says.</summary>
    public bool IsNative(Feature feature) => Profile?.Of(feature) == Support.Native;

    /// <summary>What is done with a member that OpenAI's dialect does not have.</summary>
    public Handling OfOther(string member)
    {
        if (Policy.Fields.TryGetValue(member, out var action) || Policy.Fields.TryGetValue(Features.IdOf(Feature.OtherFields), out action))
            return action switch { FieldAction.Drop => Handling.Drop, FieldAction.Refuse => Handling.Refuse, _ => Handling.Pass };
        if (Profile is null || Profile.KnowsExtra(member)) return Handling.Pass;
        return (Profile.Of(Feature.OtherFields), IsStrict) switch
        {
            (Support.Native, _) or (Support.Unknown, false) => Handling.Pass,
            (_, true) => Handling.Refuse,
            _ => Handling.Drop,
        };
    }

    public bool Equals(AdaptPlan? other) =>
        other is not null && Equals(Profile, other.Profile) && Policy.Equals(other.Policy) && MaxTokens == other.MaxTokens;

    public override bool Equals(object? obj) => Equals(obj as AdaptPlan);

    public override int GetHashCode() => HashCode.Combine(Profile, Policy, MaxTokens);

    private Handling Resolve(FieldRule rule)
    {
        var hasRemedy = rule.Remedy is Remedy.Map or Remedy.Emulate;
        if (Policy.Fields.TryGetValue(Features.IdOf(rule.Feature), out var action) || (!IsGuess(rule.Feature) && Policy.Fields.TryGetValue(ChatMembers.NameOf(rule.Member), out action)))
        {
            return action switch
            {
                FieldAction.Drop => Handling.Drop,
                FieldAction.Refuse => Handling.Refuse,
                FieldAction.Emulate when hasRemedy => Handling.Remedy,
                _ => Handling.Pass,
            };
        }
        var support = Profile?.Of(rule.Feature) ?? Support.Native;
        if (support == Support.Native || (support == Support.Unknown && (!IsStrict || IsGuess(rule.Feature)))) return Handling.Pass;
        if (hasRemedy) return Handling.Remedy;
        return !IsStrict && rule.Remedy == Remedy.Drop ? Handling.Drop : Handling.Refuse;
    }

    // These say something about requests that do not ask for it: unless it is known or meant, they would be changed for nothing.
    private static bool IsGuess(Feature feature) => feature is Feature.ToolsParallel or Feature.ReasoningContent;

    private static int? Least(int? value, int? cap) => value is { } number && cap is { } most ? Math.Min(number, most) : value;
}
