using System.Text.Json.Nodes;

namespace Causeway.TinyRecipe;

/// <summary>A conversation as OpenAI's files for fine-tuning hold it: messages, and tools where there are any.</summary>
/// <param name="Kind">What the last question is about; for tests.</param>
internal sealed record Conversation(string Kind, JsonArray Messages, JsonArray? Tools)
{
    /// <summary>One line of a file.</summary>
    public JsonObject ToJson()
    {
        var line = new JsonObject { ["messages"] = Messages.DeepClone() };
        if (Tools is not null) line["tools"] = Tools.DeepClone();
        return line;
    }
}

/// <summary>The tools of the support desk.</summary>
internal static class Tools
{
    public static JsonArray All { get; } =
    [
        Function("OrderLookup", "Looks up an order by its number.", ("order_id", "string")),
        Function("RefundPolicyLookup", "Says whether an item can be returned.", ("item", "string"), ("amount", "integer")),
        Function("EscalateToHuman", "Hands the customer over to a person.", ("reason", "string"), ("priority", "string")),
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
