using System.Text.Json;
using Causeway.Engine;
using Causeway.Engine.Templates;
using Causeway.Wire.Dialects;

namespace Causeway.Embedded;

/// <summary>How a model writes tool calls and reasoning, as its chat template shows it.</summary>
/// <param name="Family">What calls look like.</param>
/// <param name="TemplateHasTools">The template tells the model of the tools itself.</param>
/// <param name="TemplateHasCalls">The template writes earlier calls and their results.</param>
/// <param name="Reasons">It thinks in tags before it answers.</param>
internal sealed record ModelDialect(DialectFamily Family, bool TemplateHasTools, bool TemplateHasCalls, bool Reasons)
{
    private static readonly JsonElement _question = JsonElement.Parse("""[{"role":"user","content":"?"}]""");
    private static readonly JsonElement _tools = JsonElement.Parse("""
        [{"type":"function","function":{"name":"causeway_probe","description":"?","parameters":{"type":"object","properties":{"a":{"type":"string","description":"?"}},"required":["a"]}}}]
        """);

    private static readonly JsonElement _calls = JsonElement.Parse("""
        [{"role":"user","content":"?"},{"role":"assistant","content":"","tool_calls":[{"id":"probe1234","type":"function","function":{"name":"causeway_probe","arguments":{"a":"?"}}}]},
        {"role":"tool","tool_call_id":"probe1234","content":"?"}]
        """);

    // The first that is found. Hermes last but one: its tag is in Qwen3-Coder's template too.
    private static readonly (string Sign, DialectFamily Family)[] _signs =
    [
        ("<function=", DialectFamily.Qwen3Coder), ("<tool_call>", DialectFamily.Hermes), ("[TOOL_CALLS]", DialectFamily.Mistral),
        ("<|python_tag|>", DialectFamily.Llama), ("\"parameters\":", DialectFamily.Llama), ("Environment: ipython", DialectFamily.Llama),
    ];

    /// <exception cref="ModelFormatException">The template cannot be run.</exception>
    public static ModelDialect Of(string? template)
    {
        var text = template ?? "";
        var (reasons, calls) = (text.Contains("<think>", StringComparison.Ordinal), Says(text, _calls, null));
        foreach (var (sign, family) in _signs)
            if (text.Contains(sign, StringComparison.Ordinal) && Says(text, _question, _tools)) return new ModelDialect(family, TemplateHasTools: true, calls || family != DialectFamily.Hermes, reasons);
        return new ModelDialect(DialectFamily.Hermes, TemplateHasTools: false, calls, reasons);
    }

    // Asked, not searched for: a template may speak of tools and take them by another name, as SmolLM3's first one does (xml_tools).
    private static bool Says(string template, JsonElement messages, JsonElement? tools)
    {
        if (template.Length == 0) return false;
        try
        {
            var prompt = ChatTemplate.Parse(template).Render(new TemplateInput { Messages = messages, Tools = tools });
            return string.Concat(prompt.Select(piece => piece.Text)).Contains("causeway_probe", StringComparison.Ordinal);
        }
        catch (ChatTemplateException)
        {
            return false;
        }
    }
}
