using System.Text.Json;

namespace Causeway.Tuning.Datasets;

/// <summary>Holds messages to the format: roles, texts, and that calls and answers belong together. For one conversation.</summary>
/// <param name="tools">Names of the functions that are offered.</param>
internal sealed class MessageRules(ProblemList problems, IReadOnlySet<string> tools)
{
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public void Check(IReadOnlyList<JsonElement> messages, string pointer)
    {
        foreach (var (index, message) in messages.Index())
        {
            var at = $"{pointer}/{index}";
            if (message.ValueKind != JsonValueKind.Object) problems.Add(at, "is not a message: {\"role\": …, \"content\": …}.");
            else CheckMessage(message, at);
        }
    }

    private void CheckMessage(JsonElement message, string pointer)
    {
        var role = message.Role();
        if (role != "tool" && _open.Count > 0)
        {
            problems.Add(pointer, $"comes before the call '{ProblemList.Shown(_open.First())}' is answered. Put a tool message with this tool_call_id before it.");
            _open.Clear();
        }
        switch (role)
        {
            case "system" or "developer" or "user":
                problems.Unknown(message, pointer, ["role", "content", "name"]);
                CheckContent(message, pointer, isNeeded: true);
                break;
            case "assistant":
                CheckAssistant(message, pointer);
                break;
            case "tool":
                problems.Unknown(message, pointer, ["role", "content", "tool_call_id", "name"]);
                CheckContent(message, pointer, isNeeded: false);
                if (message.Text("tool_call_id") is not { } id) problems.Add($"{pointer}/tool_call_id", "is missing. It is the id of the call that this message answers.");
                else if (!_open.Remove(id)) problems.Add($"{pointer}/tool_call_id", $"'{ProblemList.Shown(id)}' is no open call of the assistant message before it. Use its id, once.");
                break;
            default:
                problems.Add($"{pointer}/role", $"{(role is null ? "is missing" : $"'{ProblemList.Shown(role)}' is none")}. The roles are system, developer, user, assistant and tool.");
                break;
        }
    }

    private void CheckAssistant(JsonElement message, string pointer)
    {
        if (message.Given("function_call") is not null) problems.Add($"{pointer}/function_call", "is the old form of a call. Use tool_calls.");
        if (message.Given("refusal") is not null) problems.Add($"{pointer}/refusal", "is not learnt. Put its text into content.");
        problems.Unknown(message, pointer, ["role", "content", "name", "weight", "tool_calls", "reasoning_content", "function_call", "refusal"]);
        if (message.Given("weight") is { } weight && !(weight.ValueKind == JsonValueKind.Number && weight.TryGetInt32(out var number) && number is 0 or 1))
            problems.Add($"{pointer}/weight", "is neither 0 nor 1.");
        if (message.Given("reasoning_content") is { ValueKind: not JsonValueKind.String }) problems.Add($"{pointer}/reasoning_content", "is not a text.");
        var calls = message.Given("tool_calls");
        CheckContent(message, pointer, isNeeded: calls is null);
        if (calls is not { } list) return;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) problems.Add($"{pointer}/tool_calls", "is not a list of calls. Without calls leave it out.");
        else
            foreach (var (index, call) in list.EnumerateArray().Index()) CheckCall(call, $"{pointer}/tool_calls/{index}");
    }

    private void CheckCall(JsonElement call, string pointer)
    {
        if (call.Text("type") != "function" || call.Given("function") is not { ValueKind: JsonValueKind.Object } function)
        {
            problems.Add(pointer, "is not a call: {\"id\": …, \"type\": \"function\", \"function\": {\"name\": …, \"arguments\": \"{…}\"}}.");
            return;
        }
        problems.Unknown(call, pointer, ["id", "type", "function"]);
        problems.Unknown(function, $"{pointer}/function", ["name", "arguments"]);
        if (call.Text("id") is not { Length: > 0 } id) problems.Add($"{pointer}/id", "is missing. The tool message that answers names it.");
        else if (!_open.Add(id)) problems.Add($"{pointer}/id", $"'{ProblemList.Shown(id)}' is the id of another call in this message. Each has its own.");
        if (function.Text("name") is not { } name) problems.Add($"{pointer}/function/name", "is missing.");
        else if (!tools.Contains(name)) problems.Add($"{pointer}/function/name", $"'{ProblemList.Shown(name)}' is not among the example's tools. Add it to tools, so that the model learns to call what it is offered.");
        if (function.Text("arguments") is not { } arguments || !IsObject(arguments)) problems.Add($"{pointer}/function/arguments", "is not a text that holds a JSON object, such as \"{\\\"city\\\": \\\"Bern\\\"}\".");
    }

    private void CheckContent(JsonElement message, string pointer, bool isNeeded)
    {
        switch (message.Given("content"))
        {
            case null when isNeeded:
                problems.Add($"{pointer}/content", "is missing.");
                break;
            case null:
                break;
            case { ValueKind: JsonValueKind.String } text:
                if (isNeeded && string.IsNullOrWhiteSpace(text.GetString())) problems.Add($"{pointer}/content", "is empty.");
                break;
            case { ValueKind: JsonValueKind.Array } parts when parts.GetArrayLength() > 0:
                foreach (var (index, part) in parts.EnumerateArray().Index())
                    if (part.Text("type") != "text" || part.Text("text") is null) problems.Add($"{pointer}/content/{index}", "is not a text part; only text is learnt here. Leave the part out, or the line.");
                break;
            default:
                problems.Add($"{pointer}/content", "is neither a text nor a list of text parts.");
                break;
        }
    }

    private static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
