using System.Text.RegularExpressions;

namespace Causeway.Wire.Schemas.Patterns;

/// <summary>The patterns of one schema under compilation: each compiled once, their number bounded.</summary>
internal sealed class PatternCache(TimeSpan time)
{
    private const int MaxPatterns = 256;

    private readonly Dictionary<string, SchemaPattern> _patterns = new(StringComparer.Ordinal);

    /// <summary>The pattern as ECMA-262 reads it; null when it is none, or more than is allowed.</summary>
    public SchemaPattern? Find(string source, out string problem)
    {
        problem = "";
        if (_patterns.TryGetValue(source, out var known)) return known;
        if (_patterns.Count == MaxPatterns) problem = $"the schema has more than {MaxPatterns} different ones";
        else if (EcmaPattern.TryTranslate(source, out var translated, out problem)) return Compile(source, translated, ref problem);
        return null;
    }

    private SchemaPattern? Compile(string source, EcmaPattern translated, ref string problem)
    {
        try
        {
            return _patterns[source] = new SchemaPattern(source, Compile(translated));
        }
        catch (ArgumentException)
        {
            problem = "a group, a range or a repetition in it is not sound";
            return null;
        }
        catch (NotSupportedException)
        {
            problem = "its automaton would be too large";
            return null;
        }
    }

    // Without an automaton a match takes as long as it takes: its time is bounded instead.
    private Regex Compile(EcmaPattern pattern) =>
        new(pattern.Text, RegexOptions.CultureInvariant | (pattern.LooksAround || pattern.IsLarge ? RegexOptions.None : RegexOptions.NonBacktracking), time);
}
