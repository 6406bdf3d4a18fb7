namespace Causeway.Repository.Tests.Rules;

/// <summary>Finders over declared types; each gives one line for each breach.</summary>
internal static class TypeRules
{
    private static readonly string[] _emptySuffixes = ["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Processor"];

    public static IEnumerable<string> Unsealed(IReadOnlyList<DeclaredType> types) =>
        from type in types
        where type is { IsClass: true, IsConcrete: true, IsSealed: false }
        where !types.Any(other => other.Project == type.Project && other.Bases.Contains(type.SimpleName))
        select $"{type.Where} {type.Name}";

    public static IEnumerable<string> EmptySuffixes(IReadOnlyList<DeclaredType> types) =>
        from type in types
        where _emptySuffixes.Any(suffix => type.SimpleName.EndsWith(suffix, StringComparison.Ordinal))
        select $"{type.Where} {type.Name}";

    public static IEnumerable<string> Undocumented(IReadOnlyList<DeclaredType> types) =>
        from type in types
        where type.IsPublic && !type.HasDocComment
        select $"{type.Where} {type.Name}";

    public static IEnumerable<string> LonelyInterfaces(IReadOnlyList<DeclaredType> types) =>
        from type in types
        where type.IsInterface
        let kinds = DeclaredType.KindsOf(type, types).Count()
        where kinds < 2
        select $"{type.Where} {type.Name} has {kinds}";
}
