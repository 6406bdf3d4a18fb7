namespace Causeway.Spec.Diagnostics;

/// <summary>Whether a spec can be served with it.</summary>
public enum DiagnosticSeverity
{
    Warning,
    Error,
}

/// <summary>
/// One thing to say about a spec. Never contains a secret: neither the value of an environment variable nor text that looks like a key.
/// </summary>
/// <param name="Code">Stable, <c>SPEC0001</c>…; explained in docs/reference/diagnostics.md.</param>
/// <param name="Line">1-based; 0 when it is about the whole file.</param>
/// <param name="Column">1-based, in UTF-16 code units; 0 when it is about the whole file.</param>
/// <param name="Hint">What would probably put it right.</param>
public sealed record Diagnostic(
    string Code, DiagnosticSeverity Severity, string Message, string File, int Line, int Column, string? Hint = null)
{
    /// <summary>One line in the form that editors and CI systems find: <c>causeway.yaml:12:5: error SPEC0007: …</c></summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : $"{File}:{Line}:{Column}";
        var severity = Severity == DiagnosticSeverity.Error ? "error" : "warning";
        var hint = Hint is null ? "" : $" ({Hint})";
        return $"{place}: {severity} {Code}: {Message}{hint}";
    }
}
