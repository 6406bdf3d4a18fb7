using System.Collections.Frozen;

namespace Causeway.Spec.Profiles;

/// <summary>The profiles that come with the program: <c>catalog/profiles/*.json</c>.</summary>
public static class BuiltInProfiles
{
    private const string Prefix = "profiles/";

    private static readonly Lazy<FrozenDictionary<string, CapabilityProfile>> _all = new(ReadAll);

    /// <summary>In ordinal order.</summary>
    public static IEnumerable<string> Names => _all.Value.Keys.Order(StringComparer.Ordinal);

    public static CapabilityProfile? Find(string name) => _all.Value.GetValueOrDefault(name);

    private static FrozenDictionary<string, CapabilityProfile> ReadAll()
    {
        var assembly = typeof(BuiltInProfiles).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(Read)
            .ToFrozenDictionary(profile => profile.Name, StringComparer.Ordinal);

        CapabilityProfile Read(string resource)
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is missing from the assembly");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return CapabilityProfile.TryRead(bytes, out var profile, out var error) ? profile : throw new InvalidOperationException($"{resource}: {error}");
        }
    }
}
