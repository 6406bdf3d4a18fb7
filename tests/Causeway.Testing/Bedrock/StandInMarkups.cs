using System.Text;
using System.Text.Json;

namespace Causeway.Testing.Bedrock;

/// <summary>Writes a tool call the way a model thinks it: what leaks into the text when the server does not parse it.</summary>
internal static class StandInMarkups
{
    public static string Write(StandInMarkup markup, string name, string arguments) => markup switch
    {
        StandInMarkup.Dsml => Block("\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"" + name + "\">\n", arguments, Dsml, "</｜DSML｜invoke>\n</｜DSML｜function_calls>"),
        StandInMarkup.Minimax => Block("\n<minimax:tool_call>\n<invoke name=\"" + name + "\">\n", arguments, Minimax, "</invoke>\n</minimax:tool_call>"),
        StandInMarkup.QwenXml => Block("<tool_call>\n<function=" + name + ">\n", arguments, Qwen, "</function>\n</tool_call>"),
        _ => $"<tool_call>\n{{\"name\": {JsonSerializer.Serialize(name, StandInJson.Default.String)}, \"arguments\": {arguments}}}\n</tool_call>",
    };

    private static string Dsml(JsonProperty member) =>
        $"<｜DSML｜parameter name=\"{member.Name}\" string=\"{(member.Value.ValueKind == JsonValueKind.String ? "true" : "false")}\">{Text(member.Value)}</｜DSML｜parameter>\n";

    private static string Minimax(JsonProperty member) => $"<parameter name=\"{member.Name}\">{Text(member.Value)}</parameter>\n";

    private static string Qwen(JsonProperty member) => $"<parameter={member.Name}>\n{Text(member.Value)}\n</parameter>\n";

    private static string Block(string open, string arguments, Func<JsonProperty, string> write, string close)
    {
        using var document = JsonDocument.Parse(arguments);
        var text = new StringBuilder(open);
        foreach (var member in document.RootElement.EnumerateObject()) text.Append(write(member));
        return text.Append(close).ToString();
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
