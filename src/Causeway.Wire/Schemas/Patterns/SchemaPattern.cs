using System.Text.RegularExpressions;

namespace Causeway.Wire.Schemas.Patterns;

/// <summary>A compiled pattern of a schema. Linear in the text unless it looks around or back; then its time is bounded.</summary>
internal sealed class SchemaPattern(string source, Regex regex)
{
    public string Source { get; } = source;

    /// <summary>Whether the pattern matches somewhere in the text; false, with the run exhausted, when it took too long.</summary>
    public bool IsIn(string text, SchemaRun run, SchemaPlace place)
    {
        if (!run.Spend(1 + text.Length / 16, place)) return false;
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            run.Exhaust(place, "a pattern took too long to match");
            return false;
        }
    }
}
