using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Causeway.Embedded;

/// <summary>Tells a model of its tools whose template does not: in the words of Hermes, which the answer's parser reads.</summary>
internal static class ToolPreamble
{
    public static string Of(JsonElement tools)
    {
        var text = new StringBuilder("You may call functions. They are given between <tools></tools>, one a line:\n<tools>\n");
        foreach (var tool in tools.EnumerateArray()) text.Append(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(tool))).Append('\n');
        return text.Append("</tools>\nTo call one, answer with a JSON object of its name and its arguments between <tool_call></tool_call>:\n" +
            "<tool_call>\n{\"name\": <name>, \"arguments\": <arguments>}\n</tool_call>").ToString();
    }
}
