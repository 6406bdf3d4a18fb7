using System.Text.RegularExpressions;

namespace Causeway.Spec.Values;

/// <summary>
/// Tells text that is probably a credential: the known prefixes of API keys, or a long run without spaces that mixes digits with
/// letters of both cases. Deliberately over-cautious: a false alarm hides a word in a message, a miss prints a key.
/// </summary>
internal static partial class SecretShape
{
    // Longer texts are never shown whole, and only this much of one is looked at.
    private const int MaxLooked = 1024;

    public static bool Matches(string text)
    {
        var looked = text.AsSpan(0, Math.Min(text.Length, MaxLooked));
        return KnownPrefix().IsMatch(looked) || HasRandomRun(looked);
    }

    private static bool HasRandomRun(ReadOnlySpan<char> text)
    {
        foreach (var run in LongRun().EnumerateMatches(text))
            if (IsMixed(text.Slice(run.Index, run.Length))) return true;
        return false;
    }

    private static bool IsMixed(ReadOnlySpan<char> run) =>
        run.ContainsAnyInRange('0', '9') && run.ContainsAnyInRange('a', 'z') && run.ContainsAnyInRange('A', 'Z');


           [GeneratedRegex(@"(^|[^A-Za-z0-9])(sk-|pk-|cw-|gh[pousr]_|hf_|xox[a-z]-|AKIA|ASIA|ABSK|AIza|eyJ|nvapi-|gsk_|r8_)[A-Za-z0-9_\-]{12,}" +
        @"|\b(Bearer|Basic) +\S{8,}",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownPrefix();

    [GeneratedRegex(@"[A-Za-z0-9_\-+/=]{32,}", RegexOptions.CultureInvariant)]
    private static partial Regex LongRun();
}
