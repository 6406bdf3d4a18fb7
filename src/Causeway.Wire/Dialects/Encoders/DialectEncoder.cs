using System.Text;
using System.Text.Json;

namespace Causeway.Wire.Dialects.Encoders;

/// <summary>
/// Writes turns the way a family's chat template does: the inverse of <see cref="DialectParser"/>, for prompts and for tests. What the
/// model ends its turn with is not written.
/// </summary>
public static class DialectEncoder
{
    /// <exception cref="JsonException">The arguments of a call are not a JSON object.</exception>
    public static string Write(DialectFamily family, DialectTurn turn)
    {
        var text = new StringBuilder();
        if (turn.Reasoning is { } reasoning) text.Append("<think>\n").Append(reasoning).Append("\n</think>\n\n");
        text.Append(turn.Content);
        if (turn.Calls.Count == 0) return text.ToString();
        switch (family)
        {
            case DialectFamily.Dsml: WriteDsml(text, turn.Calls); break;
            case DialectFamily.MiniMax: WriteMiniMax(text, turn); break;
            case DialectFamily.Qwen3Coder: WriteQwen3Coder(text, turn); break;
            default: throw new ArgumentOutOfRangeException(nameof(family));
        }
        return text.ToString();
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
