using System.Text.Json;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>Conversations as the model reads them: through the same template and tokenizer as when it serves.</summary>
internal sealed class ConversationEncoder(ChatTemplate template, Tokenizer tokenizer)
{
    /// <summary>A whole conversation; all of it is learnt.</summary>
    public TrainingExample Whole(Conversation conversation) => new(tokenizer.EncodeSegments(Render(template, conversation, conversation.Messages.Count, prompt: false)));

    /// <summary>The first messages, as a prompt for what comes next.</summary>
    public List<int> Prompt(Conversation conversation, int messages) => tokenizer.EncodeSegments(Render(template, conversation, messages, prompt: true));

    /// <summary>The text of a whole conversation.</summary>
    public static string Text(ChatTemplate template, Conversation conversation) =>
        string.Concat(Render(template, conversation, conversation.Messages.Count, prompt: false).Select(segment => segment.Text));

    private static IReadOnlyList<(string Text, bool Trusted)> Render(ChatTemplate template, Conversation conversation, int messages, bool prompt)
    {
        using var json = JsonDocument.Parse(conversation.ToJson().ToJsonString());
        using var first = JsonDocument.Parse($"[{string.Join(',', json.RootElement.GetProperty("messages").EnumerateArray().Take(messages).Select(message => message.GetRawText()))}]");
        return template.Render(new TemplateInput
        {
            Messages = first.RootElement,
            Tools = json.RootElement.TryGetProperty("tools", out var tools) ? tools : null,
            AddGenerationPrompt = prompt,
        });
    }
}
