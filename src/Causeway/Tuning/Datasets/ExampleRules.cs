using System.Text.Json;

namespace Causeway.Tuning.Datasets;

/// <summary>
/// Holds one line to OpenAI's format for fine-tuning: https://platform.openai.com/docs/guides/supervised-fine-tuning and
/// https://platform.openai.com/docs/guides/direct-preference-optimization. What is not understood is a problem, never silently left out; a member
/// that is null counts as absent.
/// </summary>
internal sealed class ExampleRules(int line, DatasetLimits limits, List<DatasetProblem> problems)
{
    private static readonly string[] _askMembers = ["messages", "tools", "parallel_tool_calls"];
    private readonly ProblemList _problems = new(line, problems);

    /// <summary>The messages of the prompt; of no use when there were problems.</summary>
    public IReadOnlyList<JsonElement> Check(JsonElement root, TuningMethod method)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _problems.Add("", "is not a JSON object. Each line is one example.");
            return [];
        }
        return method == TuningMethod.Dpo ? CheckPreference(root) : CheckSupervised(root);
    }

    private List<JsonElement> CheckSupervised(JsonElement root)
    {
        if (root.Given("preferred_output") is not null)
        {
            _problems.Add("", "is a preference (preferred_output). Use the method dpo for it.");
            return [];
        }
        _problems.Unknown(root, "", _askMembers);
        var messages = CheckAsk(root, "");
        if (messages.Count == 0) return messages;
        if (messages[^1].Role() != "assistant") _problems.Add($"/messages/{messages.Count - 1}", "is the last message and not the assistant's. An example ends with the answer that is to be learnt.");
        else if (!messages.Any(IsLearnt)) _problems.Add("/messages", "has no assistant message to learn: each has the weight 0. Give one the weight 1, or leave the line out.");
        return messages[..^1];
    }

    private List<JsonElement> CheckPreference(JsonElement root)
    {
        if (root.Given("messages") is not null)
        {
            _problems.Add("", "is a conversation (messages). Use the method supervised for it, or put the messages into \"input\".");
            return [];
        }
        _problems.Unknown(root, "", ["input", "preferred_output", "non_preferred_output"]);
        if (root.Given("input") is not { ValueKind: JsonValueKind.Object } input)
        {
            _problems.Add("/input", "is missing or not an object. It holds the messages that both outputs answer.");
            return [];
        }
        _problems.Unknown(input, "/input", _askMembers);
        var messages = CheckAsk(input, "/input");
        if (messages.Count > 0 && messages[^1].Role() == "assistant") _problems.Add($"/input/messages/{messages.Count - 1}", "is the assistant's. The prompt ends before the answer; put the answers into the outputs.");
        var tools = ToolRules.NamesOf(input);
        var (better, worse) = (CheckOutput(root, "preferred_output", tools), CheckOutput(root, "non_preferred_output", tools));
        if (better is { } one && worse is { } other && CanonicalJson.Hash(one).AsSpan().SequenceEqual(CanonicalJson.Hash(other)))
            _problems.Add("/non_preferred_output", "is the same as preferred_output. There is nothing to prefer; leave the line out.");
        return messages;
    }

    private JsonElement? CheckOutput(JsonElement root, string name, IReadOnlySet<string> tools)
    {
        if (root.Given(name) is not { ValueKind: JsonValueKind.Array } output || output.GetArrayLength() != 1 || output[0].Role() != "assistant")
        {
            _problems.Add($"/{name}", "is not a list of exactly one assistant message. It holds the one answer that is compared.");
            return null;
        }
        new MessageRules(_problems, tools).Check([output[0]], $"/{name}");
        return output[0];
    }

    /// <summary>Messages and tools; the messages are none when they are no list.</summary>
    private List<JsonElement> CheckAsk(JsonElement ask, string pointer)
    {
        var tools = new ToolRules(_problems).Check(ask, pointer);
        if (ask.Given("parallel_tool_calls") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) }) _problems.Add($"{pointer}/parallel_tool_calls", "is neither true nor false.");
        if (ask.Given("messages") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            _problems.Add($"{pointer}/messages", "is missing, empty or not a list. It holds the conversation: [{\"role\": \"user\", \"content\": …}, …].");
            return [];
        }
        if (list.GetArrayLength() > limits.MaxMessages)
        {
            _problems.Add($"{pointer}/messages", $"has more than {limits.MaxMessages} messages. Split the conversation.");
            return [];
        }
        List<JsonElement> messages = [.. list.EnumerateArray()];
        if (messages[0].Role() == "assistant") _problems.Add($"{pointer}/messages/0", "is the first message and the assistant's. An answer needs a question before it.");
        new MessageRules(_problems, tools).Check(messages, $"{pointer}/messages");
        return messages;
    }

    /// <summary>OpenAI's <c>weight</c>: 0 keeps a turn from being learnt, 1 and none do not.</summary>
    public static bool IsLearnt(JsonElement message) =>
        message.Role() == "assistant" && !(message.Given("weight") is { ValueKind: JsonValueKind.Number } weight && weight.TryGetInt32(out var number) && number == 0);
}
