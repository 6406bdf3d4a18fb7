using System.Text;
using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Sections;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Values;

/// <summary>Text with its references replaced. <see cref="Literals"/> is what stands in the file itself, references left out.</summary>
internal sealed record ExpandedText(SecretText Text, string Literals, bool HasReference);

/// <summary>
/// Replaces <c>${NAME}</c> by the environment's value; <c>$${</c> stands for <c>${</c>; any other <c>$</c> is itself. What comes out
/// is not looked at again, so a value cannot pull in another variable. There are no default values: a secret that is missing is an error.
/// </summary>
internal static partial class EnvironmentText
{
    private const string Escape = "$${";

    /// <summary>Null when something was wrong; every wrong reference has its own diagnostic.</summary>
    public static ExpandedText? Expand(YamlScalar scalar, SpecContext context)
    {
        var text = scalar.Text;
        var (value, literals) = (new StringBuilder(), new StringBuilder());
        var (hasReference, isGood, from) = (false, true, 0);
        foreach (Match match in References().Matches(text))
        {
            Keep(text[from..match.Index]);
            from = match.Index + match.Length;
            if (match.Value == Escape)
            {
                Keep("${");
                continue;
            }
            hasReference = true;
            isGood &= Resolve(match, scalar.At, context) is { } resolved && value.Append(resolved) is not null;
        }
        Keep(text[from..]);
        return isGood ? new ExpandedText(new SecretText(text, value.ToString()), literals.ToString(), hasReference) : null;

        void Keep(string literal)
        {
            value.Append(literal);
            literals.Append(literal);
        }
    }

    private static string? Resolve(Match reference, Position at, SpecContext context)
    {
        var name = reference.Groups["name"].Value;
        if (!Name().IsMatch(name) || !reference.Value.EndsWith('}'))
        {
            context.Bag.Add(DiagnosticRule.Environment, at, "'${' must be followed by the name of a variable and '}'",
                "write '$${' for a literal '${'");
            return null;
        }
        if (context.Environment(name) is { Length: > 0 } value) return value;
        context.Bag.Add(DiagnosticRule.Environment, at, $"environment variable {Shown.Text(name)} is not set or empty");
        return null;
    }

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[^}]*)\}?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex References();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
