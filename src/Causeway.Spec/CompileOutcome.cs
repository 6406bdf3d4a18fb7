using System.Collections.Immutable;
using Causeway.Spec.Catalog;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;

namespace Causeway.Spec;

/// <summary>What became of a spec.</summary>
/// <param name="Plan">Null if and only if a diagnostic is an error.</param>
/// <param name="Diagnostics">Errors and warnings in the order of the file.</param>
public sealed record CompileOutcome(Plan? Plan, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>The operator's own catalog cannot be used: nothing is compiled against half of what is known.</summary>
    public static CompileOutcome Unusable(CatalogFormatException catalog) => new(null,
    [
        new Diagnostic(DiagnosticRule.UnusableCatalog.Code, DiagnosticSeverity.Error, catalog.Message, CatalogFolder.FileName, 0, 0,
            "correct it, or remove it and run 'causeway catalog refresh'"),
    ]);
}
