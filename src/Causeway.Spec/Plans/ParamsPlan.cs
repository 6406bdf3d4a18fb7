using System.Collections.Immutable;

namespace Causeway.Spec.Plans;

/// <summary>What is done with a part of a request that a target cannot do: <c>params</c> in the spec.</summary>
public enum ParamsMode
{
    /// <summary>Mapped or emulated where possible, else dropped and told. What nobody knows is passed on.</summary>
    Lenient,

    /// <summary>Mapped or emulated where possible, else a 400. What nobody knows counts as lacking.</summary>
    Strict,
}

/// <summary>An operator's word on one field or feature, which beats profile and mode.</summary>
public enum FieldAction
{
    Pass,
    Drop,
    Refuse,
    Emulate,
}

/// <summary>The parameter policy of a route. Equal content means equal record.</summary>
/// <param name="Fields">By the name of a request member or the id of a feature, which wins; in ordinal order.</param>
public sealed record ParamsPlan(ParamsMode Mode, ImmutableSortedDictionary<string, FieldAction> Fields)
{
    public static ParamsPlan Lenient { get; } = new(ParamsMode.Lenient, ImmutableSortedDictionary.Create<string, FieldAction>(StringComparer.Ordinal));

    public bool Equals(ParamsPlan? other) => other is not null && Mode == other.Mode && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => HashCode.Combine(Mode, Fields.Count);
}
