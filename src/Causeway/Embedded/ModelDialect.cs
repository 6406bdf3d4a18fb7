using Causeway.Wire.Dialects;

namespace Causeway.Embedded;

/// <summary>How a model writes tool calls and reasoning, as its chat template shows it.</summary>
/// <param name="Family">What calls look like.</param>
/// <param name="TemplateHasTools">The template tells the model of the tools itself.</param>
/// <param name="Reasons">It thinks in tags before it answers.</param>
internal sealed record ModelDialect(DialectFamily Family, bool TemplateHasTools, bool Reasons)
{
    // The first that is found. Hermes last but one: its tag is in Qwen3-Coder's template too.
    private static readonly (string Sign, DialectFamily Family)[] _signs =
    [
        ("<function=", DialectFamily.Qwen3Coder), ("<tool_call>", DialectFamily.Hermes), ("[TOOL_CALLS]", DialectFamily.Mistral),
        ("<|python_tag|>", DialectFamily.Llama), ("\"parameters\":", DialectFamily.Llama), ("Environment: ipython", DialectFamily.Llama),
    ];

    public static ModelDialect Of(string? template)
    {
        var text = template ?? "";
        var hasTools = text.Contains("tools", StringComparison.Ordinal);
        var reasons = text.Contains("<think>", StringComparison.Ordinal);
        foreach (var (sign, family) in _signs)
            if (hasTools && text.Contains(sign, StringComparison.Ordinal)) return new ModelDialect(family, hasTools, reasons);
        return new ModelDialect(DialectFamily.Hermes, TemplateHasTools: false, reasons);
    }
}
