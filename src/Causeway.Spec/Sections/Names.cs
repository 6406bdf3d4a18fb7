using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>The two kinds of names in a spec: those that its author gives, and those that models have.</summary>
internal static partial class Names
{
    private const int MaxModelLength = 256;

    /// <summary>Reports a name of an upstream, route or key that is not well-formed.</summary>
    public static bool Check(string name, Position at, string what, DiagnosticBag bag)
    {
        if (WellFormed().IsMatch(name)) return true;
        bag.Add(DiagnosticRule.InvalidName, at,
            $"{what} name '{Shown.Text(name)}' must be 1 to 63 characters of a-z, 0-9, '-', '.', '_' and start with a letter or digit");
        return false;
    }

    /// <summary>Reports a model name that is not well-formed.</summary>
    /// <param name="allowPattern">Whether one <c>*</c> may stand at the end. Elsewhere a star is a mistake: no upstream has such a
    /// model.</param>
    public static bool CheckModel(string model, Position at, bool allowPattern, DiagnosticBag bag)
    {
        var problem = model switch
        {
            { Length: 0 } => "a model name must not be empty",
            { Length: > MaxModelLength } => $"a model name has at most {MaxModelLength} characters",
            _ when model.Trim().Length != model.Length || model.Any(c => char.IsControl(c) || Shown.IsInvisible(c)) =>
                "a model name must not have spaces at its ends, line breaks or invisible characters",
            _ when !allowPattern && model.Contains('*') => "'*' is for 'match.model' only; here it is no pattern",
            _ when model.IndexOf('*') is var star && star >= 0 && star != model.Length - 1 => "a pattern has one '*', at its end",
            _ => null,
        };
        if (problem is not null) bag.Add(DiagnosticRule.InvalidModel, at, problem);
        return problem is null;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WellFormed();
}
