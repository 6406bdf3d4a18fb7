using Causeway.Wire.Dialects;
using Causeway.Wire.Dialects.Encoders;

namespace Causeway.Wire.Tests.Dialects;

/// <summary>Ways in which models and engines break markup without changing what it says.</summary>
internal static class Faults
{
    private static readonly Dictionary<DialectFamily, string[]> s_lastTags = new()
    {
        [DialectFamily.Dsml] = ["\n</｜DSML｜function_calls>", "\n</｜DSML｜invoke>", "</｜DSML｜parameter>"],
        [DialectFamily.MiniMax] = ["\n</minimax:tool_call>", "\n</invoke>", "</parameter>"],
        [DialectFamily.Qwen3Coder] = ["\n</tool_call>", "\n</function>", "\n</parameter>"],
        [DialectFamily.Glm] = ["</tool_call>", "</arg_value>\n"],
        [DialectFamily.Hermes] = ["\n</tool_call>", "}"],
        [DialectFamily.Kimi] = ["<|tool_calls_section_end|>", "<|tool_call_end|>"],
        [DialectFamily.Harmony] = ["<|call|>"],
        [DialectFamily.Mistral] = [],
        [DialectFamily.Llama] = ["}"],
    };

    private static readonly Dictionary<DialectFamily, string[]> s_ends = new()
    {
        [DialectFamily.Dsml] = ["<｜end▁of▁sentence｜>"],
        [DialectFamily.MiniMax] = ["[e~[", "[e~[\n"],
        [DialectFamily.Qwen3Coder] = ["<|im_end|>", "\n<|im_end|>\n"],
        [DialectFamily.Glm] = ["<|observation|>"],
        [DialectFamily.Hermes] = ["<|im_end|>"],
        [DialectFamily.Kimi] = ["<|im_end|>"],
        [DialectFamily.Harmony] = ["<|return|>"],
        [DialectFamily.Mistral] = ["</s>"],
        [DialectFamily.Llama] = ["<|eom_id|>"],
    };

    public static IEnumerable<(string Name, string Text)> Of(DialectFamily family, DialectTurn turn, string text)
    {
        if (turn.Reasoning is not null && family is not (DialectFamily.Harmony or DialectFamily.Mistral))
        {
            yield return ("reasoning opened twice", "<think>\n" + text);
            yield return ("reasoning closed twice", text.Replace("</think>", "</think>\n</think>", StringComparison.Ordinal));
            yield return ("no white space around reasoning", text.Replace("\n</think>\n\n", "</think>", StringComparison.Ordinal));
        }
        if (turn.Calls.Count == 0) yield break;
        foreach (var end in s_ends[family]) yield return ($"ends with {end.Trim()}", text + end);
        yield return ("white space at the end", text + " \n\n");
        foreach (var (name, faulty) in MissingTags(family, text)) yield return (name, faulty);
        // A call without its opening tag is one only if the request offers its tool.
        var isUnknown = turn.Calls[0].Name.StartsWith("no-such", StringComparison.Ordinal);
        foreach (var (name, faulty) in OfTags(family, text))
            if (!isUnknown || family == DialectFamily.Dsml || name is not ("no block" or "no opening tag")) yield return (name, faulty);
        foreach (var (name, faulty) in OfJson(family, text)) yield return (name, faulty);
    }

    private static IEnumerable<(string Name, string Text)> MissingTags(DialectFamily family, string text)
    {
        var rest = text;
        foreach (var tag in s_lastTags[family])
        {
            if (!rest.EndsWith(tag, StringComparison.Ordinal)) yield break;
            if (tag != "}") yield return ($"{tag.Trim()} twice at the end", text + tag);
            rest = rest[..^tag.Length];
            // With nothing behind it, the name of a tool is a word after a tag.
            if (family != DialectFamily.Glm || rest.EndsWith('>') || rest.EndsWith("</arg_value>\n", StringComparison.Ordinal))
                yield return ($"ends before {tag.Trim()}", rest);
        }
    }

    private static IEnumerable<(string Name, string Text)> OfTags(DialectFamily family, string text)
    {
        switch (family)
        {
            case DialectFamily.Dsml:
                yield return ("no special tokens", text.Replace("｜DSML｜", "", StringComparison.Ordinal));
                yield return ("the block of V4", text.Replace("function_calls", "tool_calls", StringComparison.Ordinal));
                yield return ("no block", text.Replace("<｜DSML｜function_calls>\n", "", StringComparison.Ordinal).Replace("\n</｜DSML｜function_calls>", "", StringComparison.Ordinal));
                yield return ("single quotes", text.Replace("string=\"true\"", "string='true'", StringComparison.Ordinal));
                yield return ("no line ends between calls", text.Replace("invoke>\n", "invoke>", StringComparison.Ordinal));
                break;
            case DialectFamily.MiniMax:
                yield return ("no block", text.Replace("<minimax:tool_call>\n", "", StringComparison.Ordinal).Replace("\n</minimax:tool_call>", "", StringComparison.Ordinal));
                yield return ("a block for each call", text.Replace("</invoke>\n<invoke", "</invoke>\n</minimax:tool_call>\n<minimax:tool_call>\n<invoke", StringComparison.Ordinal));
                yield return ("more white space", text.Replace("</invoke>\n", "</invoke>\n\n  ", StringComparison.Ordinal));
                break;
            case DialectFamily.Qwen3Coder:
                yield return ("no opening tag", text.Replace("<tool_call>\n<function=", "<function=", StringComparison.Ordinal));
                yield return ("no line ends between tags", text.Replace("<tool_call>\n", "<tool_call>", StringComparison.Ordinal).Replace("</function>\n", "</function>", StringComparison.Ordinal));
                break;
            case DialectFamily.Glm:
                yield return ("no line ends", text.Replace("</arg_key>\n", "</arg_key>", StringComparison.Ordinal).Replace("</arg_value>\n", "</arg_value>", StringComparison.Ordinal));
                break;
            case DialectFamily.Kimi:
                yield return ("the section in the singular", text.Replace("tool_calls_section", "tool_call_section", StringComparison.Ordinal));
                yield return ("no section", text.Replace("<|tool_calls_section_begin|>", "", StringComparison.Ordinal).Replace("<|tool_calls_section_end|>", "", StringComparison.Ordinal));
                yield return ("line ends in the section", text.Replace("<|tool_call_begin|>", "\n<|tool_call_begin|>", StringComparison.Ordinal));
                yield return ("noise in the section", text.Replace("section_begin|>", "section_begin|> calling ", StringComparison.Ordinal));
                break;
            case DialectFamily.Harmony:
                yield return ("no space before the format", text.Replace(" <|constrain|>", "<|constrain|>", StringComparison.Ordinal));
                yield return ("no format token", text.Replace(" <|constrain|>json", " json", StringComparison.Ordinal));
                yield return ("dashes before the channel", text.Replace("<|channel|>comm", "<|channel|>––comm", StringComparison.Ordinal));
                yield return ("the recipient before the channel",
                    text.Replace("<|start|>assistant<|channel|>commentary to=functions.get_weather ", "<|start|>assistant to=functions.get_weather<|channel|>commentary ", StringComparison.Ordinal));
                break;
        }
    }

    private static IEnumerable<(string Name, string Text)> OfJson(DialectFamily family, string text)
    {
        switch (family)
        {
            case DialectFamily.Hermes:
                yield return ("parameters for arguments", text.Replace("\"arguments\": ", "\"parameters\": ", StringComparison.Ordinal));
                yield return ("a brace too many", text.Replace("}\n</tool_call>", "}}\n</tool_call>", StringComparison.Ordinal));
                yield return ("a type and an id", text.Replace("{\"name\"", "{\"type\": \"function\", \"id\": \"x\", \"name\"", StringComparison.Ordinal));
                yield return ("no white space", text.Replace("<tool_call>\n", "<tool_call>", StringComparison.Ordinal).Replace("}\n</tool_call>", "}</tool_call>", StringComparison.Ordinal));
                yield return ("within function", text.Replace("{\"name\"", "{\"type\":\"function\",\"function\":{\"name\"", StringComparison.Ordinal).Replace("}\n</tool_call>", "}}\n</tool_call>", StringComparison.Ordinal));
                break;
            case DialectFamily.Llama:
                yield return ("arguments for parameters", text.Replace("\"parameters\": ", "\"arguments\": ", StringComparison.Ordinal));
                yield return ("a python tag", "<|python_tag|>" + text);
                yield return ("a type", text.Replace("{\"name\"", "{\"type\": \"function\", \"name\"", StringComparison.Ordinal));
                break;
            case DialectFamily.Mistral:
                yield return ("no arguments tag", text.Replace("[ARGS]", "", StringComparison.Ordinal));
                break;
        }
    }
}
