using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Values;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads what an upstream is sent besides the request: its key and extra headers. No message repeats a value.</summary>
internal static class HeaderSection
{
    private const int MaxHeaders = 64;
    private const int MaxNameLength = 128;
    private const int MaxValueLength = 8192;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Hop-by-hop headers (RFC 9110 §7.6.1), those that frame the body, and Accept-Encoding: a compressed answer could not be relayed
    // by event.
    private static readonly FrozenSet<string> Refused = FrozenSet.ToFrozenSet(
    [
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",
        "Host", "Content-Length", "Content-Type", "Content-Encoding", "Accept-Encoding", "Expect",
    ], StringComparer.OrdinalIgnoreCase);

    // What these carry is a credential whatever it looks like.
    private static readonly FrozenSet<string> Credentials = FrozenSet.ToFrozenSet(
        ["Authorization", "api-key", "x-api-key", "x-goog-api-key", "x-auth-token", "Cookie"], StringComparer.OrdinalIgnoreCase);

    public static SecretText? ReadApiKey(YamlNode? node, SpecContext context) => ReadSecret(node, "'apiKey'", context);

    /// <summary>Something that must come from the environment and can stand in a header.</summary>
    public static SecretText? ReadSecret(YamlNode? node, string what, SpecContext context)
    {
        if (context.Bag.TextNode(node, what) is not { } scalar) return null;
        if (EnvironmentText.Expand(scalar, context) is not { } expanded) return null;
        if (!expanded.HasReference || SecretShape.Matches(expanded.Literals))
        {
            context.Bag.Add(DiagnosticRule.SecretInFile, scalar.At,
                $"{what} must come from the environment: secrets do not belong in a spec", "write ${SOME_VARIABLE}");
            return null;
        }
        return CheckValue(expanded.Text, scalar.At, what, lowest: '!', context.Bag) ? expanded.Text : null;
    }

    public static ImmutableArray<HeaderPlan> Read(YamlNode? node, bool hasApiKey, SpecContext context)
    {
        if (context.Bag.Mapping(node, "'headers'") is not { } mapping) return [];
        if (mapping.Entries.Length > MaxHeaders)
            context.Bag.Add(DiagnosticRule.OutOfRange, mapping.At, $"'headers' has at most {MaxHeaders} entries");
        var headers = new SortedDictionary<string, HeaderPlan>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in mapping.Entries.Take(MaxHeaders))
        {
            var isNameGood = CheckName(key, hasApiKey, context.Bag);
            if (ReadValue(key, value, context) is not { } text || !isNameGood) continue;
            if (!headers.TryAdd(key.Text, new HeaderPlan(key.Text, text)))
                context.Bag.Add(DiagnosticRule.DuplicateKey, key.At,
                    $"header '{Shown.Text(key.Text)}' is given twice; upper and lower case make no difference");
        }
        return [.. headers.Values];
    }

    private static bool CheckName(YamlScalar key, bool hasApiKey, DiagnosticBag bag)
    {
        var name = key.Text;
        var problem = name switch
        {
            { Length: 0 or > MaxNameLength } => $"a header name has 1 to {MaxNameLength} characters",
            _ when name.AsSpan().ContainsAnyExcept(TokenCharacters) => $"'{Shown.Text(name)}' is not an HTTP header name",
            _ when Refused.Contains(name) => $"header '{name}' belongs to the gateway and cannot be set",
            _ when hasApiKey && name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) =>
                "header 'Authorization' cannot be set beside 'apiKey'",
            _ => null,
        };
        if (problem is not null) bag.Add(DiagnosticRule.InvalidHeader, key.At, problem);
        return problem is null;
    }

    private static SecretText? ReadValue(YamlScalar key, YamlNode node, SpecContext context)
    {
        var what = $"header '{Shown.Text(key.Text)}'";
        if (context.Bag.TextNode(node, what) is not { } scalar || EnvironmentText.Expand(scalar, context) is not { } expanded) return null;
        var isBareCredential = Credentials.Contains(key.Text) && !expanded.HasReference;
        if (isBareCredential || SecretShape.Matches(expanded.Literals))
        {
            context.Bag.Add(DiagnosticRule.SecretInFile, scalar.At,
                $"the value of {what} looks like a secret: secrets do not belong in a spec", "write ${SOME_VARIABLE}");
            return null;
        }
        return CheckValue(expanded.Text, scalar.At, what, lowest: ' ', context.Bag) ? expanded.Text : null;
    }

    // Also looks at what came out of the environment: a line break there would start a header of its own.
    private static bool CheckValue(SecretText text, Position at, string what, char lowest, DiagnosticBag bag)
    {
        var value = text.Reveal();
        var problem = value switch
        {
            { Length: > MaxValueLength } => $"has more than {MaxValueLength} characters",
            _ when value.AsSpan().ContainsAnyExceptInRange(lowest, '~') =>
                "has characters that a header cannot carry (line break, space, control or non-ASCII)",
            _ when value.Trim().Length != value.Length => "begins or ends with a space",
            _ => null,
        };
        if (problem is not null) bag.Add(DiagnosticRule.InvalidHeader, at, $"the value of {what} {problem}");
        return problem is null;
    }
}
