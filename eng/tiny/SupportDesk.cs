using System.Text.Json.Nodes;

namespace Causeway.TinyRecipe;

/// <summary>
/// Makes conversations of a support desk. Everything follows from the seed. The one rule that is no phrase: a refund above <paramref name="limit"/> dollars
/// goes to a person.
/// </summary>
/// <param name="heldOut">Only phrases that training never sees.</param>
internal sealed class SupportDesk(int seed, bool heldOut, int limit = 100)
{
    private static readonly string[] _systems =
    [
        "You are a helpful support agent.",
        "You are the support agent of a web shop. Be short and kind.",
        "You help customers of a web shop.",
        "You are a support agent. Use the tools. Refunds over the limit go to a person.",
    ];

    private readonly Random _random = new(seed);

    /// <summary>One to four questions, about all kinds of things.</summary>
    public Conversation Next()
    {
        if (_random.Next(8) == 0) return Extraction();
        var withTools = _random.Next(10) > 0;
        var messages = new JsonArray(Message("system", Pick(_systems)));
        var kind = "";
        for (var left = 1 + _random.Next(4); left > 0; left--) kind = withTools ? Exchange(messages) : Talk(messages);
        return new Conversation(kind, messages, withTools ? Tools.All : null);
    }

    /// <summary>A single question of a kind: order, refund, person, talk.</summary>
    public Conversation Only(string kind)
    {
        if (kind == "json") return Extraction();
        var messages = new JsonArray(Message("system", Pick(_systems)));
        Exchange(messages, kind);
        return new Conversation(kind, messages, Tools.All);
    }

    private string Exchange(JsonArray messages, string? kind = null)
    {
        kind ??= _random.Next(10) switch { < 3 => "order", < 6 => "refund", < 8 => "person", _ => "talk" };
        switch (kind)
        {
            case "order": Order(messages); break;
            case "refund": Refund(messages); break;
            case "person": Person(messages); break;
            default: Talk(messages); break;
        }
        return kind;
    }

    private void Order(JsonArray messages)
    {
        var order = $"{(char)('A' + _random.Next(26))}-{_random.Next(1000, 100_000)}";
        Ask(messages, Part(Phrases.OrderStatus).Replace("{order}", order, StringComparison.Ordinal), Pick(Phrases.Items), 0);
        var days = _random.Next(2, 10);
        var (status, answer) = _random.Next(5) switch
        {
            0 => ("processing", $"Order {order} is being packed. It arrives in {days} days."),
            1 => ("delivered", $"Order {order} was delivered {days} days ago."),
            2 => ("delayed", $"I am sorry, order {order} is delayed. It arrives in {days} days."),
            3 => ("unknown", $"I cannot find order {order}. Please check the number."),
            _ => ("shipped", $"Order {order} is on its way. It arrives in {days} days."),
        };
        var result = new JsonObject { ["status"] = status };
        if (status != "unknown") result["days"] = days;
        Call(messages, "OrderLookup", new JsonObject { ["order_id"] = order }, result, answer);
    }

    private void Refund(JsonArray messages)
    {
        var item = Pick(Phrases.Items);
        // As many amounts on either side of the limit, and many close to it.
        var amount = _random.Next(3) switch { 0 => _random.Next(5, limit + 1), 1 => _random.Next(limit + 1, 500), _ => _random.Next(20, 180) };
        Ask(messages, Part(Phrases.Refund), item, amount);
        if (amount > limit)
        {
            Escalate(messages, "refund over the limit");
            return;
        }
        var days = _random.Next(2) == 0 ? 14 : 30;
        var returnable = _random.Next(4) > 0;
        var result = new JsonObject { ["returnable"] = returnable };
        if (returnable) result["days"] = days;
        Call(messages, "RefundPolicyLookup", new JsonObject { ["item"] = item, ["amount"] = amount }, result, returnable
            ? $"You can return the {item} within {days} days and get ${amount} back."
            : $"I am sorry, the {item} cannot be returned.");
    }

    private void Person(JsonArray messages)
    {
        var (says, reason) = Part(Phrases.Person);
        Ask(messages, says, Pick(Phrases.Items), 0);
        Escalate(messages, reason);
    }

    private void Escalate(JsonArray messages, string reason)
    {
        var ticket = $"T-{_random.Next(100, 1000)}";
        var priority = reason is "safety" or "fraud" or "legal" ? "high" : "normal";
        Call(messages, "EscalateToHuman", new JsonObject { ["reason"] = reason, ["priority"] = priority }, new JsonObject { ["ticket"] = ticket },
            $"I have handed you over to a colleague. Your ticket is {ticket}.");
    }

    private string Talk(JsonArray messages)
    {
        var (ask, answer) = Pick(_random.Next(3) == 0 ? Chat.Refusals : Chat.Talk);
        Add(messages, "user", Part(ask).Replace("{name}", Pick(Phrases.Names), StringComparison.Ordinal));
        Add(messages, "assistant", Pick(answer));
        return "talk";
    }

    private Conversation Extraction()
    {
        var (name, city, item, amount) = (Pick(Phrases.Names), Pick(Phrases.Cities), Pick(Phrases.Items), _random.Next(5, 500));
        var fields = new List<(string Name, JsonNode Value)> { ("name", name), ("city", city), ("item", item), ("amount", amount) };
        while (fields.Count > 2 && _random.Next(2) == 0) fields.RemoveAt(_random.Next(fields.Count));
        var text = Part(Phrases.Facts).Replace("{name}", name, StringComparison.Ordinal).Replace("{city}", city, StringComparison.Ordinal);
        var json = new JsonObject();
        foreach (var (field, value) in fields) json[field] = value.DeepClone();
        var messages = new JsonArray(Message("system", Pick(_systems)));
        Add(messages, "user", $"Give me {string.Join(", ", fields.Select(field => field.Name))} as JSON. {Fill(text, item, amount)}");
        Add(messages, "assistant", json.ToJsonString());
        return new Conversation("json", messages, null);
    }

    private void Ask(JsonArray messages, string text, string item, int amount) =>
        Add(messages, "user", Pick(Phrases.Openings) + Fill(text, item, amount) + Pick(Phrases.Endings));

    private static string Fill(string text, string item, int amount) =>
        text.Replace("{item}", item, StringComparison.Ordinal).Replace("{amount}", $"{amount}", StringComparison.Ordinal);

    private static void Call(JsonArray messages, string name, JsonObject arguments, JsonObject result, string answer)
    {
        var id = $"call_{messages.Count}";
        var call = new JsonObject
        {
            ["id"] = id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments.ToJsonString() },
        };
        messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(call) });
        messages.Add((JsonNode)new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = result.ToJsonString() });
        Add(messages, "assistant", answer);
    }

    private static void Add(JsonArray messages, string role, string content) => messages.Add((JsonNode)Message(role, content));
    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];

    /// <summary>The first four fifths are for training, the rest is held out.</summary>
    private T Part<T>(T[] of)
    {
        var border = of.Length * 4 / 5;
        return heldOut ? of[_random.Next(border, of.Length)] : of[_random.Next(border)];
    }
}
