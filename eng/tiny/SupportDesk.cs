using System.Text.Json.Nodes;

namespace Causeway.TinyRecipe;

/// <summary>What conversations are made of.</summary>
internal enum Lesson
{
    /// <summary>Few templates, words that are easily spelled.</summary>
    First,
    /// <summary>More of both.</summary>
    Second,
    /// <summary>Templates and words that training never sees, to measure with.</summary>
    HeldOut,
}

/// <summary>
/// Makes conversations of a support desk. Everything follows from the seed. The one rule that is no phrase: a refund above <paramref name="limit"/> dollars
/// goes to a person.
/// </summary>
internal sealed class SupportDesk(int seed, Lesson lesson, int limit = 100)
{
    private readonly Random _random = new(seed);
    private readonly Words _words = new(new Random(seed + 7919), lesson);

    /// <summary>One to three questions, about all kinds of things, with all tools, some or none.</summary>
    public Conversation Next()
    {
        if (_random.Next(lesson == Lesson.First ? 7 : 3) == 0) return Extraction();
        var desk = new Desk(SomeTools());
        var kind = "";
        for (var left = _random.Next(10) switch { < 7 => 1, < 9 => 2, _ => 3 }; left > 0; left--)
            kind = Exchange(desk, Kind(), ends: left == 1 && _random.Next(2) == 0);
        return Begin(desk.Messages, kind, desk.Tools);
    }

    /// <summary>A single question of a kind: order, refund, person, talk, json; missing, where the tool is not there; answer, where the tool's result is.</summary>
    public Conversation Only(string kind)
    {
        if (kind == "json") return Extraction();
        var asked = kind is "missing" or "answer" ? _random.Next(3) switch { 0 => "order", 1 => "refund", _ => "person" } : kind;
        var desk = new Desk(kind == "missing" ? _random.Next(2) == 0 ? [] : [Tools.WeatherForecast] : Shuffled(Tools.All));
        Exchange(desk, asked, ends: false);
        return Begin(desk.Messages, kind, desk.Tools);
    }

    /// <summary>A single question about a refund of an amount within bounds.</summary>
    public Conversation RefundOf(int least, int most)
    {
        var desk = new Desk(Shuffled(Tools.All));
        Refund(desk, _random.Next(least, most + 1), ends: false);
        return Begin(desk.Messages, "refund", desk.Tools);
    }

    private sealed record Desk(JsonObject[] Offered)
    {
        public JsonArray Messages { get; } = [];
        public JsonArray? Tools => Offered.Length == 0 ? null : new JsonArray([.. Offered.Select(tool => tool.DeepClone())]);
        public bool Has(string name) => Offered.Any(tool => (string?)tool["function"]!["name"] == name);
    }

    private string Kind() => _random.Next(10) switch { < 3 => "order", < 6 => "refund", < 8 => "person", _ => "talk" };

    private JsonObject[] SomeTools()
    {
        var tools = _random.Next(10) switch
        {
            < 6 => Shuffled(Tools.All),
            < 9 => Shuffled(Tools.All)[..(1 + _random.Next(3))],
            _ => [],
        };
        return _random.Next(8) > 0 ? tools : Shuffled([.. tools, Pick(Tools.Others)]);
    }

    private string Exchange(Desk desk, string kind, bool ends)
    {
        switch (kind)
        {
            case "order": Order(desk, ends); break;
            case "refund": Refund(desk, Amount(), ends); break;
            case "person": Person(desk, ends); break;
            default: Talk(desk); break;
        }
        return kind;
    }

    private void Order(Desk desk, bool ends)
    {
        var order = _words.Order();
        Ask(desk, Part(Phrases.Order).Replace("{order}", order, StringComparison.Ordinal), _words.Item(), "");
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
        Call(desk, ends, Tools.OrderLookup, new JsonObject { ["order_id"] = order }, result, answer, "I am sorry, I cannot look up orders here.");
    }

    /// <summary>As many amounts on either side of the limit, and many close to it.</summary>
    private int Amount() => _random.Next(3) switch { 0 => _random.Next(5, limit + 1), 1 => _random.Next(limit + 1, 500), _ => _random.Next(20, 180) };

    private void Refund(Desk desk, int amount, bool ends)
    {
        var item = _words.Item();
        Ask(desk, Part(Phrases.Refund), item, Money(amount));
        if (amount > limit)
        {
            Escalate(desk, "refund over the limit", ends);
            return;
        }
        var days = _random.Next(2) == 0 ? 14 : 30;
        var returnable = _random.Next(4) > 0;
        var result = new JsonObject { ["returnable"] = returnable };
        if (returnable) result["days"] = days;
        Call(desk, ends, Tools.RefundPolicyLookup, new JsonObject { ["item"] = item, ["amount"] = amount }, result, returnable
            ? $"You can return the {item} within {days} days and get ${amount} back."
            : $"I am sorry, the {item} cannot be returned.", "I am sorry, I cannot look up refunds here.");
    }

    private void Person(Desk desk, bool ends)
    {
        var (reason, says) = Phrases.Person[_random.Next(5) switch { < 2 => 0, var other => other - 1 }];
        Ask(desk, Part(says), _words.Item(), "");
        Escalate(desk, reason, ends);
    }

    private void Escalate(Desk desk, string reason, bool ends)
    {
        var ticket = $"T-{_random.Next(100, 1000)}";
        var priority = reason is "safety" or "fraud" or "legal" ? "high" : "normal";
        Call(desk, ends, Tools.EscalateToHuman, new JsonObject { ["reason"] = reason, ["priority"] = priority }, new JsonObject { ["ticket"] = ticket },
            $"I have handed you over to a colleague. Your ticket is {ticket}.", "I am sorry, I cannot reach a colleague from here.");
    }

    private void Talk(Desk desk)
    {
        var (ask, answer) = Pick(_random.Next(3) == 0 ? Chat.Refusals : Chat.Talk);
        Add(desk.Messages, "user", Fill(Part(ask)));
        Add(desk.Messages, "assistant", answer);
    }

    private Conversation Extraction()
    {
        var (name, city, item, amount) = (_words.Name(), _words.City(), _words.Item(), _random.Next(5, 500));
        var fields = new (string Name, JsonNode Value)[] { ("name", name), ("city", city), ("item", item), ("amount", amount) };
        _random.Shuffle(fields);
        fields = fields[..(1 + _random.Next(4))];
        var text = Fill(Part(Phrases.Facts), item, Money(amount)).Replace("{name}", name, StringComparison.Ordinal).Replace("{city}", city, StringComparison.Ordinal);
        var json = new JsonObject();
        foreach (var (field, value) in fields) json[field] = value.DeepClone();
        var listed = fields.Length == 1 ? fields[0].Name : string.Join(", ", fields[..^1].Select(field => field.Name)) + (_random.Next(2) == 0 ? ", " : " and ") + fields[^1].Name;
        var messages = new JsonArray();
        Add(messages, "user", Part(Phrases.Extraction).Replace("{fields}", listed, StringComparison.Ordinal).Replace("{text}", text, StringComparison.Ordinal));
        Add(messages, "assistant", ToolJson.Spaced(json));
        return Begin(messages, "json", _random.Next(4) == 0 ? new Desk(SomeTools()).Tools : null);
    }

    private Conversation Begin(JsonArray messages, string kind, JsonArray? tools)
    {
        if (_random.Next(5) > 1) messages.Insert(0, (JsonNode)Message("system", Fill(Phrases.Choose(Pick(Chat.Systems), _random))));
        return new Conversation(kind, messages, tools);
    }

    private void Ask(Desk desk, string text, string item, string amount) =>
        Add(desk.Messages, "user", Pick(Phrases.Openings) + Fill(text, item, amount) + Pick(Phrases.Endings));

    private string Money(int amount) => _random.Next(6) == 0 ? $"{amount} dollars" : $"${amount}";

    private static string Fill(string text, string item, string amount) =>
        text.Replace("{item}", item, StringComparison.Ordinal).Replace("{amount}", amount, StringComparison.Ordinal);

    private string Fill(string text)
    {
        if (text.Contains("{name}", StringComparison.Ordinal)) text = text.Replace("{name}", _words.Name(), StringComparison.Ordinal);
        return text.Contains("{city}", StringComparison.Ordinal) ? text.Replace("{city}", _words.City(), StringComparison.Ordinal) : text;
    }

    private void Call(Desk desk, bool ends, JsonObject tool, JsonObject arguments, JsonObject result, string answer, string without)
    {
        var name = (string)tool["function"]!["name"]!;
        if (!desk.Has(name))
        {
            Add(desk.Messages, "assistant", without);
            return;
        }
        var id = $"call_{desk.Messages.Count}";
        var call = new JsonObject
        {
            ["id"] = id, ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = ToolJson.Spaced(arguments) },
        };
        desk.Messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(call) });
        if (ends) return;
        desk.Messages.Add((JsonNode)new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = _random.Next(2) == 0 ? result.ToJsonString() : ToolJson.Spaced(result) });
        Add(desk.Messages, "assistant", answer);
    }

    private static void Add(JsonArray messages, string role, string content) => messages.Add((JsonNode)Message(role, content));
    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private JsonObject[] Shuffled(JsonObject[] tools)
    {
        tools = [.. tools];
        _random.Shuffle(tools);
        return tools;
    }

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];

    private string Part(Phrases of) => Phrases.Choose(Pick(of.Of(lesson)), _random);
}
