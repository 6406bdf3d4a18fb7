using Causeway.Spec.Diagnostics;

namespace Causeway.Spec.Sections;

/// <summary>What every section is read with.</summary>
internal sealed record SpecContext(DiagnosticBag Bag, Func<string, string?> Environment, CompileOptions Options);
