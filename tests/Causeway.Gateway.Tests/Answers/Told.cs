using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Tests.Answers;

/// <summary>What an application learns from an answer, however it came.</summary>
internal sealed record Told(string Content, string Reasoning, string Calls, string Finish)
{
    /// <summary>As an SDK puts a stream together: texts and arguments joined by index.</summary>
    public static Told OfStream(string sse, int choice = 0)
    {
        var content = new StringBuilder();
        var reasoning = new StringBuilder();
        var calls = new SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)>();
        var finish = "";
        foreach (var data in Events(sse))
        {
            foreach (var element in data.GetProperty("choices").EnumerateArray())
            {
                if (element.GetProperty("index").GetInt32() != choice) continue;
                var delta = element.GetProperty("delta");
                content.Append(Text(delta, "content"));
                reasoning.Append(Text(delta, "reasoning_content"));
                if (delta.TryGetProperty("tool_calls", out var list))
                    foreach (var call in list.EnumerateArray()) Take(calls, call);
                finish += Text(element, "finish_reason");
            }
        }
        return new Told(content.ToString(), reasoning.ToString(), string.Join(';', calls.Values.Select(call => $"{call.Name}({call.Arguments})")), finish);
    }

    public static Told OfWhole(string json, int choice = 0)
    {
        using var document = JsonDocument.Parse(json);
        var element = document.RootElement.GetProperty("choices")[choice];
        var message = element.GetProperty("message");
        var calls = message.TryGetProperty("tool_calls", out var list)
            ? list.EnumerateArray().Select(call => call.GetProperty("function")).Select(f => $"{Text(f, "name")}({Text(f, "arguments")})") : [];
        return new Told(Text(message, "content"), Text(message, "reasoning_content"), string.Join(';', calls), Text(element, "finish_reason"));
    }

    /// <summary>The payloads of a stream that ended as it should.</summary>
    public static IEnumerable<JsonElement> Events(string sse)
    {
        var lines = sse.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]).ToList();
        Assert.Equal("[DONE]", lines[^1]);
        return lines[..^1].Select(line => JsonDocument.Parse(line).RootElement);
    }

    private static void Take(SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)> calls, JsonElement call)
    {
        var index = call.GetProperty("index").GetInt32();
        (string Id, string Name, StringBuilder Arguments) known = calls.TryGetValue(index, out var begun) ? begun : ("", "", new StringBuilder());
        var function = call.TryGetProperty("function", out var f) ? f : default;
        known.Arguments.Append(function.ValueKind == JsonValueKind.Object ? Text(function, "arguments") : "");
        calls[index] = (known.Id + Text(call, "id"), known.Name + (function.ValueKind == JsonValueKind.Object ? Text(function, "name") : ""), known.Arguments);
    }

    private static string Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
