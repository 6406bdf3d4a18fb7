using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>Conversations as the model reads them: through the same template and tokenizer as when it serves.</summary>
internal sealed class ConversationEncoder(ChatTemplate template, Tokenizer tokenizer)
{
    private readonly int _end = tokenizer.Find("<|im_end|>") ?? throw new InvalidOperationException("The vocabulary has no end of turn.");

    /// <summary>A whole conversation, of which the assistant's turns are learnt, each with its end.</summary>
    public TrainingExample Whole(Conversation conversation)
    {
        var tokens = Encode(conversation, conversation.Messages.Count, prompt: false);
        var learnt = new bool[tokens.Count];
        for (var i = 0; i < conversation.Messages.Count; i++)
        {
            if ((string?)conversation.Messages[i]!["role"] != "assistant") continue;
            var from = Prompt(conversation, i).Count;
            Array.Fill(learnt, true, from, tokens.IndexOf(_end, from) + 1 - from);
        }
        return new TrainingExample(tokens, learnt);
    }

    /// <summary>The first messages, as a prompt for what comes next.</summary>
    public List<int> Prompt(Conversation conversation, int messages) => Encode(conversation, messages, prompt: true);

    /// <summary>The text of a whole conversation.</summary>
    public static string Text(ChatTemplate template, Conversation conversation) =>
        string.Concat(Render(template, conversation, conversation.Messages.Count, prompt: false).Select(segment => segment.Text));

    private List<int> Encode(Conversation conversation, int messages, bool prompt) => tokenizer.EncodeSegments(Render(template, conversation, messages, prompt));

    private static IReadOnlyList<(string Text, bool Trusted)> Render(ChatTemplate template, Conversation conversation, int messages, bool prompt)
    {
        var first = new JsonArray([.. conversation.Messages.Take(messages).Select(WithObjects)]);
        using var json = JsonDocument.Parse(first.ToJsonString());
        using var tools = conversation.Tools is null ? null : JsonDocument.Parse(conversation.Tools.ToJsonString());
        return template.Render(new TemplateInput { Messages = json.RootElement, Tools = tools?.RootElement, AddGenerationPrompt = prompt });
    }

    /// <summary>The gateway hands arguments to templates as objects, files hold them as texts.</summary>
    private static JsonNode WithObjects(JsonNode? message)
    {
        var copy = message!.DeepClone();
        foreach (var call in copy["tool_calls"]?.AsArray() ?? [])
            call!["function"]!["arguments"] = JsonNode.Parse((string)call["function"]!["arguments"]!);
        return copy;
    }
}
