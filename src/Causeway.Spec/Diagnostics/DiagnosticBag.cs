using System.Collections.Immutable;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Diagnostics;

/// <summary>Collects what one compilation has to say, so that a person sees every mistake at once. Not thread-safe.</summary>
internal sealed class DiagnosticBag(string file)
{
    private const int MaxShown = 200;
    private readonly List<Diagnostic> _found = [];
    private bool _overflowed;

    /// <summary>Stays true for errors that were too many to be kept.</summary>
    public bool HasErrors { get; private set; }

    public void Add(DiagnosticRule rule, Position at, string message, string? hint = null)
    {
        HasErrors |= rule.Severity == DiagnosticSeverity.Error;
        if (_found.Count < MaxShown)
            _found.Add(new Diagnostic(rule.Code, rule.Severity, message, file, at.Line, at.Column, hint));
        else
            _overflowed = true;
    }

    /// <summary>Like the other overload; the hint proposes the nearest of <paramref name="known"/>, if one is near.</summary>
    public void Add(DiagnosticRule rule, Position at, string message, string word, IEnumerable<string> known)
    {
        // Looking for a neighbour is the one costly thing here, and pointless for what will not be shown.
        var near = _found.Count < MaxShown ? Spelling.Nearest(word, known) : null;
        Add(rule, at, message, near is null ? null : $"did you mean '{Shown.Text(near)}'?");
    }

    /// <summary>Everything found, in the order of the file.</summary>
    public ImmutableArray<Diagnostic> InFileOrder()
    {
        var ordered = _found.OrderBy(d => d.Line).ThenBy(d => d.Column).ThenBy(d => d.Code, StringComparer.Ordinal);
        return _overflowed ? [.. ordered, Overflow()] : [.. ordered];
    }

    private Diagnostic Overflow()
    {
        var severity = HasErrors ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
        return new Diagnostic(DiagnosticRule.TooLarge.Code, severity,
            $"more than {MaxShown} problems; the others are not shown", file, 0, 0);
    }
}
