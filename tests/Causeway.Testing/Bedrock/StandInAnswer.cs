using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Causeway.Testing.Bedrock;

/// <summary>One answer: thought out whole, then written as one object or as a stream of events.</summary>
internal sealed class StandInAnswer(HttpContext http, StandInRequest request, StandInModel model, StandInHost host, BedrockStandIn standIn)
{
    private const string Id = "chatcmpl-stand-in";
    private const string Forbidden = "forbidden";

    private readonly JsonNode _asked = JsonNode.Parse(request.Body)!;

    private bool Stream => (bool?)_asked["stream"] ?? false;
    private bool IsGuarded => host == StandInHost.Runtime && request.Headers.ContainsKey("X-Amzn-Bedrock-GuardrailIdentifier");

    /// <summary>What will be said. <c>Calls</c> are real tool calls; leaked ones are in the text.</summary>
    private sealed record Thought(string Text, string? Reasoning, IReadOnlyList<(string Name, string Arguments)> Calls, string Finish);

    public async Task WriteAsync(StandInTurn? turn, CancellationToken stop)
    {
        turn ??= Decide();
        if (turn.Kind == TurnKind.Hang) await Task.Delay(Timeout.InfiniteTimeSpan, CancellationTokenSource.CreateLinkedTokenSource(stop, http.RequestAborted).Token);
        if (turn.Kind == TurnKind.Refuse || (turn.Kind == TurnKind.FailInStream && !Stream))
        {
            var status = turn.Kind == TurnKind.Refuse ? turn.Status : 500;
            await StandInErrors.WriteAsync(http, host, new StandInFault(status, turn.ErrorType ?? "InternalServerException", turn.Code ?? "server_error",
                turn.Kind == TurnKind.Refuse ? turn.Text : turn.After) { RetryAfter = turn.RetryAfter, RawBody = turn.RawBody });
            return;
        }
        var thought = Bound(Think(turn));
        if (!Stream) await WriteWholeAsync(turn, thought);
        else await WriteEventsAsync(turn, thought);
    }

    private Thought Think(StandInTurn turn)
    {
        if (IsGuarded && LastText().Contains(Forbidden, StringComparison.Ordinal)) return new Thought("Blocked by the stand-in's guardrail.", null, [], "stop");
        var reasoning = turn.Reasoning ?? (Reasons() ? "The stand-in thinks before it answers." : null);
        var text = turn.Kind == TurnKind.Leak
            ? turn.Text + string.Concat(turn.Calls.Select(call => StandInMarkups.Write(model.Markup, call.Name, call.Arguments))) + turn.After
            : turn.Text;
        if (model.ThinksInText && reasoning is not null) (text, reasoning) = ($"<think>{reasoning}</think>\n\n{text}", null);
        return turn.Kind == TurnKind.Call ? new Thought(text, reasoning, turn.Calls, "tool_calls") : new Thought(text, reasoning, [], "stop");
    }

    private bool Reasons() => (model.ReasoningField is not null || model.ThinksInText) && (!model.ReasonsOnlyAtHigh || (string?)_asked["reasoning_effort"] == "high");

    // A word is a token here. Reasoning is paid from the same purse, as with the real ones.
    private Thought Bound(Thought thought)
    {
        var limit = (int?)_asked["max_completion_tokens"] ?? (int?)_asked["max_tokens"] ?? model.MaxOutput;
        limit -= Words(thought.Reasoning).Count();
        var text = thought.Text;
        foreach (var stop in Stops())
            if (text.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var at) text = text[..at];
        var words = Words(text).ToList();
        return words.Count <= limit ? thought with { Text = text } : thought with { Text = string.Concat(words.Take(Math.Max(0, limit))), Calls = [], Finish = "length" };
    }

    private IEnumerable<string> Stops() => _asked["stop"] switch
    {
        JsonArray several => several.Select(s => (string)s!),
        JsonValue one => [(string)one!],
        _ => [],
    };

    /// <summary>What a model does when no script says what.</summary>
    private StandInTurn Decide()
    {
        if (LastMessage() is { } last && (string?)last["role"] == "tool") return StandInTurn.Say($"The stand-in read what the tool gave: {TextOf(last)}");
        if (Tool() is { } tool)
        {
            var arguments = StandInSchema.Instance(Element(tool["parameters"])) is { } instance ? StandInJson.Text(instance) : "{}";
            return standIn.LeaksToolCalls ? StandInTurn.Leak((string)tool["name"]!, arguments) : StandInTurn.Call(((string)tool["name"]!, arguments));
        }
        return (string?)_asked["response_format"]?["type"] switch
        {
            "json_schema" => StandInTurn.Say(StandInSchema.Instance(Element(_asked["response_format"]!["json_schema"]?["schema"])) is { } instance ? StandInJson.Text(instance) : "null"),
            "json_object" => StandInTurn.Say("""{"answer":"from the stand-in"}"""),
            _ => StandInTurn.Say($"No model, only Bedrock's stand-in for {model.Id}. You said: {LastText()}"),
        };
    }

    private JsonNode? Tool()
    {
        if (_asked["tools"] is not JsonArray { Count: > 0 } tools || (_asked["tool_choice"] is JsonValue choice && (string?)choice == "none")) return null;
        var functions = tools.Select(tool => tool!["function"]!).ToList();
        if ((string?)(_asked["tool_choice"] as JsonObject)?["function"]?["name"] is not { } name) return functions[0];
        var named = functions.Find(f => (string?)f["name"] == name) ?? functions[0];
        return model.IgnoresNamedChoice && StandInSchema.IsNested(Element(named["parameters"])) ? null : named;
    }

    private async Task WriteWholeAsync(StandInTurn turn, Thought thought)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = thought.Text.Length > 0 ? thought.Text : null };
        if (thought.Reasoning is not null) message[model.ReasoningField ?? "reasoning_content"] = thought.Reasoning;
        if (thought.Calls.Count > 0) message["tool_calls"] = new JsonArray([.. thought.Calls.Select((call, i) => Call(call.Name, call.Arguments, i, indexed: false))]);
        var answer = Frame("chat.completion", new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = thought.Finish });
        answer["usage"] = Usage(thought);
        if (IsGuarded) answer["amazon-bedrock-guardrailAction"] = thought.Text.StartsWith("Blocked by", StringComparison.Ordinal) ? "INTERVENED" : "NONE";
        http.Response.ContentType = "application/json";
        var bytes = StandInJson.Text(answer);
        if (turn.Kind != TurnKind.Cut)
        {
            await http.Response.WriteAsync(bytes);
            return;
        }
        await http.Response.WriteAsync(bytes[..(bytes.Length / 2)]);
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private async Task WriteEventsAsync(StandInTurn turn, Thought thought)
    {
        http.Response.ContentType = "text/event-stream";
        await DeltaAsync(new JsonObject { ["role"] = "assistant", ["content"] = "" });
        foreach (var piece in Pieces(thought.Reasoning)) await DeltaAsync(new JsonObject { [model.ReasoningField ?? "reasoning_content"] = piece });
        foreach (var piece in Pieces(thought.Text)) await DeltaAsync(new JsonObject { ["content"] = piece });
        for (var i = 0; i < thought.Calls.Count; i++)
        {
            await DeltaAsync(new JsonObject { ["tool_calls"] = new JsonArray(Call(thought.Calls[i].Name, "", i, indexed: true)) });
            foreach (var piece in Pieces(thought.Calls[i].Arguments))
                await DeltaAsync(new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = piece } }) });
        }
        if (turn.Kind == TurnKind.Cut)
        {
            http.Abort();
            return;
        }
        if (turn.Kind == TurnKind.FailInStream)
        {
            await EventAsync(StandInErrors.OpenAiEnvelope(new StandInFault(500, "", "server_error", turn.After, "server_error")));
            return;
        }
        await EventAsync(StandInJson.Text(Frame("chat.completion.chunk", new JsonObject { ["index"] = 0, ["delta"] = new JsonObject(), ["finish_reason"] = thought.Finish })));
        if ((bool?)_asked["stream_options"]?["include_usage"] == true)
        {
            var last = Frame("chat.completion.chunk", null);
            last["usage"] = Usage(thought);
            await EventAsync(StandInJson.Text(last));
        }
        await EventAsync("[DONE]");
    }

    private Task DeltaAsync(JsonObject delta) =>
        EventAsync(StandInJson.Text(Frame("chat.completion.chunk", new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = null })));

    private async Task EventAsync(string data)
    {
        await http.Response.WriteAsync($"data: {data}\n\n");
        await http.Response.Body.FlushAsync();
    }

    private JsonObject Frame(string kind, JsonObject? choice) => new()
    {
        ["id"] = Id, ["object"] = kind, ["created"] = 1_767_225_600, ["model"] = request.Model, ["service_tier"] = (string?)_asked["service_tier"] ?? "default",
        ["choices"] = choice is null ? [] : new JsonArray(choice),
    };

    private JsonObject Usage(Thought thought)
    {
        var (prompt, reasoning) = (1 + request.Body.Length / 4, Words(thought.Reasoning).Count());
        var completion = reasoning + Words(thought.Text).Count() + thought.Calls.Sum(call => 1 + call.Arguments.Length / 4);
        return new JsonObject
        {
            ["prompt_tokens"] = prompt, ["completion_tokens"] = completion, ["total_tokens"] = prompt + completion,
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reasoning },
        };
    }

    private static JsonObject Call(string name, string arguments, int index, bool indexed)
    {
        var call = new JsonObject { ["id"] = $"call_standin{index}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments } };
        if (indexed) call["index"] = index;
        return call;
    }

    private IEnumerable<string> Pieces(string? text)
    {
        for (var at = 0; text is not null && at < text.Length;)
        {
            var length = Math.Min(Math.Max(1, standIn.PieceLength), text.Length - at);
            if (char.IsHighSurrogate(text[at + length - 1]) && at + length < text.Length) length++;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private static IEnumerable<string> Words(string? text)
    {
        for (var at = 0; text is not null && at < text.Length;)
        {
            var space = text.IndexOf(' ', at);
            var end = space < 0 ? text.Length : space + 1;
            yield return text[at..end];
            at = end;
        }
    }

    private JsonNode? LastMessage() => _asked["messages"] is JsonArray { Count: > 0 } messages ? messages[^1] : null;

    private string LastText() => LastMessage() is { } last ? TextOf(last) : "";

    private static string TextOf(JsonNode message) => message["content"] switch
    {
        JsonArray parts => string.Concat(parts.Select(part => (string?)part?["text"])),
        JsonValue text => (string?)text ?? "",
        _ => "",
    };

    private static JsonElement Element(JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "{}");
        return document.RootElement.Clone();
    }
}
