using System.Text;
using System.Text.Json;

namespace Causeway.Wire.Dialects.Encoders;

/// <summary>
/// Writes turns the way a family's chat template does: the inverse of <see cref="DialectParser"/>, for prompts and for tests. What the
/// model ends its turn with is not written.
/// </summary>
public static class DialectEncoder
{
    /// <exception cref="JsonException">The arguments of a call are not JSON.</exception>
    public static string Write(DialectFamily family, DialectTurn turn)
    {
        var text = new StringBuilder();
        if (family == DialectFamily.Harmony)
        {
            WriteHarmony(text, turn);
            return text.ToString();
        }
        WriteReasoning(text, family, turn.Reasoning);
        text.Append(turn.Content);
        if (turn.Calls.Count == 0) return text.ToString();
        switch (family)
        {
            case DialectFamily.Dsml: WriteDsml(text, turn.Calls); break;
            case DialectFamily.MiniMax: WriteMiniMax(text, turn); break;
            case DialectFamily.Qwen3Coder: WriteQwen3Coder(text, turn); break;
            case DialectFamily.Glm: WriteGlm(text, turn); break;
            case DialectFamily.Hermes: WriteHermes(text, turn); break;
            case DialectFamily.Kimi: WriteKimi(text, turn.Calls); break;
            case DialectFamily.Mistral: WriteMistral(text, turn.Calls); break;
            default: WriteLlama(text, turn.Calls); break;
        }
        return text.ToString();
    }

    private static void WriteReasoning(StringBuilder text, DialectFamily family, string? reasoning)
    {
        if (reasoning is null) return;
        if (family == DialectFamily.Mistral) text.Append("[THINK]").Append(reasoning).Append("[/THINK]");
        else text.Append("<think>\n").Append(reasoning).Append("\n</think>\n\n");
    }

    private static void WriteDsml(StringBuilder text, IReadOnlyList<DialectCall> calls)
    {
        text.Append("\n\n<｜DSML｜function_calls>\n");
        foreach (var call in calls)
        {
            text.Append("<｜DSML｜invoke name=\"").Append(call.Name).Append("\">\n");
            foreach (var (name, value, isString) in Parameters(call))
                text.Append("<｜DSML｜parameter name=\"").Append(name).Append("\" string=\"").Append(isString ? "true" : "false").Append("\">")
                    .Append(value).Append("</｜DSML｜parameter>\n");
            text.Append("</｜DSML｜invoke>\n");
        }
        text.Append("</｜DSML｜function_calls>");
    }

    private static void WriteMiniMax(StringBuilder text, DialectTurn turn)
    {
        if (turn.Content.Length > 0) text.Append('\n');
        text.Append("<minimax:tool_call>\n");
        foreach (var call in turn.Calls)
        {
            text.Append("<invoke name=\"").Append(call.Name).Append("\">\n");
            foreach (var (name, value, _) in Parameters(call))
                text.Append("<parameter name=\"").Append(name).Append("\">").Append(value).Append("</parameter>\n");
            text.Append("</invoke>\n");
        }
        text.Append("</minimax:tool_call>");
    }

    private static void WriteQwen3Coder(StringBuilder text, DialectTurn turn)
    {
        if (turn.Content.Length > 0) text.Append("\n\n");
        var separator = "";
        foreach (var call in turn.Calls)
        {
            text.Append(separator).Append("<tool_call>\n<function=").Append(call.Name).Append(">\n");
            foreach (var (name, value, _) in Parameters(call))
                text.Append("<parameter=").Append(name).Append(">\n").Append(value).Append("\n</parameter>\n");
            text.Append("</function>\n</tool_call>");
            separator = "\n";
        }
    }

    private static void WriteGlm(StringBuilder text, DialectTurn turn)
    {
        foreach (var call in turn.Calls)
        {
            if (text.Length > 0) text.Append('\n');
            text.Append("<tool_call>").Append(call.Name).Append('\n');
            foreach (var (name, value, _) in Parameters(call))
                text.Append("<arg_key>").Append(name).Append("</arg_key>\n<arg_value>").Append(value).Append("</arg_value>\n");
            text.Append("</tool_call>");
        }
    }

    private static void WriteHermes(StringBuilder text, DialectTurn turn)
    {
        foreach (var call in turn.Calls)
        {
            if (text.Length > 0) text.Append('\n');
            text.Append("<tool_call>\n{\"name\": ").Append(Quoted(call.Name)).Append(", \"arguments\": ").Append(call.Arguments).Append("}\n</tool_call>");
        }
    }

    private static void WriteKimi(StringBuilder text, IReadOnlyList<DialectCall> calls)
    {
        text.Append("<|tool_calls_section_begin|>");
        for (var i = 0; i < calls.Count; i++)
        {
            var id = calls[i].Id.Length > 0 ? calls[i].Id : $"functions.{calls[i].Name}:{i}";
            text.Append("<|tool_call_begin|>").Append(id).Append("<|tool_call_argument_begin|>").Append(calls[i].Arguments).Append("<|tool_call_end|>");
        }
        text.Append("<|tool_calls_section_end|>");
    }

    private static void WriteMistral(StringBuilder text, IReadOnlyList<DialectCall> calls)
    {
        foreach (var call in calls)
        {
            text.Append("[TOOL_CALLS]").Append(call.Name);
            if (call.Id.Length > 0) text.Append("[CALL_ID]").Append(call.Id);
            text.Append("[ARGS]").Append(call.Arguments);
        }
    }

    private static void WriteLlama(StringBuilder text, IReadOnlyList<DialectCall> calls)
    {
        var separator = "";
        foreach (var call in calls)
        {
            text.Append(separator).Append("{\"name\": ").Append(Quoted(call.Name)).Append(", \"parameters\": ").Append(call.Arguments).Append('}');
            separator = "; ";
        }
    }

    /// <summary>From behind <c>&lt;|start|&gt;assistant</c>, which the prompt ends with.</summary>
    private static void WriteHarmony(StringBuilder text, DialectTurn turn)
    {
        const string Next = "<|start|>assistant";
        if (turn.Reasoning is { } reasoning) text.Append("<|channel|>analysis<|message|>").Append(reasoning).Append("<|end|>");
        if (turn.Content.Length > 0 || turn.Calls.Count == 0)
        {
            var isFinal = turn.Calls.Count == 0;
            text.Append(text.Length > 0 ? Next : "").Append("<|channel|>").Append(isFinal ? "final" : "commentary").Append("<|message|>")
                .Append(turn.Content).Append(isFinal ? "<|return|>" : "<|end|>");
        }
        foreach (var call in turn.Calls)
            text.Append(text.Length > 0 ? Next : "").Append("<|channel|>commentary to=functions.").Append(call.Name).Append(" <|constrain|>json<|message|>")
                .Append(call.Arguments).Append("<|call|>");
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static IEnumerable<(string Name, string Value, bool IsString)> Parameters(DialectCall call)
    {
        using var arguments = JsonDocument.Parse(call.Arguments);
        foreach (var member in arguments.RootElement.EnumerateObject())
        {
            var isString = member.Value.ValueKind == JsonValueKind.String;
            yield return (member.Name, isString ? member.Value.GetString() ?? "" : member.Value.GetRawText(), isString);
        }
    }
}
