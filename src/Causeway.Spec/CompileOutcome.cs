using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;

namespace Causeway.Spec;

/// <summary>What became of a spec.</summary>
/// <param name="Plan">Null if and only if a diagnostic is an error.</param>
/// <param name="Diagnostics">Errors and warnings in the order of the file.</param>
public sealed record CompileOutcome(Plan? Plan, ImmutableArray<Diagnostic> Diagnostics);
