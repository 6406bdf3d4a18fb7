using System.Text.Json.Nodes;

namespace Causeway.TinyRecipe;

/// <summary>A conversation as OpenAI's files for fine-tuning hold it: messages, and tools where there are any.</summary>
/// <param name="Kind">What the last question is about; for tests.</param>
internal sealed record Conversation(string Kind, JsonArray Messages, JsonArray? Tools)
{
    /// <summary>Where the first answer stands.</summary>
    public int FirstAnswer => IndexOf("assistant", 0);

    /// <summary>The first answer after a tool's result.</summary>
    public int AnswerAfterTool => IndexOf("assistant", IndexOf("tool", 0));

    /// <summary>One line of a file.</summary>
    public JsonObject ToJson()
    {
        var line = new JsonObject { ["messages"] = Messages.DeepClone() };
        if (Tools is not null) line["tools"] = Tools.DeepClone();
        return line;
    }

    private int IndexOf(string role, int from)
    {
        while ((string?)Messages[from]!["role"] != role) from++;
        return from;
    }
}

/// <summary>The tools of the support desk.</summary>
internal static class Tools
{
    public static JsonObject OrderLookup { get; } = Function("OrderLookup", "Looks up an order by its number.", ("order_id", "string"));

    public static JsonObject RefundPolicyLookup { get; } =
        Function("RefundPolicyLookup", "Says whether an item can be returned.", ("item", "string"), ("amount", "integer"));

    public static JsonObject EscalateToHuman { get; } = Function("EscalateToHuman", "Hands the customer over to a person.", ("reason", "string"), ("priority", "string"));
    public static JsonObject WeatherForecast { get; } = Function("WeatherForecast", "The weather of a city.", ("city", "string"));

    public static JsonObject[] All { get; } = [OrderLookup, RefundPolicyLookup, EscalateToHuman];

    /// <summary>Tools that are never the right ones.</summary>
    public static JsonObject[] Others { get; } =
    [
        WeatherForecast,
        Function("web_search", "Searches the web.", ("query", "string")),
        Function("send_email", "Sends a message.", ("to", "string"), ("text", "string")),
        Function("Calculator", "Calculates.", ("expression", "string")),
    ];

    private static JsonObject Function(string name, string description, params ReadOnlySpan<(string Name, string Type)> parameters)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (parameter, type) in parameters)
        {
            properties[parameter] = new JsonObject { ["type"] = type };
            required.Add((JsonNode)parameter);
        }
        return new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = name,
                ["description"] = description,
                ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required },
            },
        };
    }
}

/// <summary>JSON on one line with a space after colons and commas, as chat templates write it.</summary>
internal static class ToolJson
{
    public static string Spaced(JsonObject json) =>
        $"{{{string.Join(", ", json.Select(member => $"\"{member.Key}\": {member.Value!.ToJsonString()}"))}}}";
}
