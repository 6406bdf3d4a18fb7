using System.Text.Json;
using Causeway.Engine.Templates;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>A conversation as the model reads it.</summary>
/// <param name="IsThinking">The prompt ends inside the model's thinking: the template opened it.</param>
internal sealed record RenderedPrompt(IReadOnlyList<int> Tokens, bool IsThinking);

/// <summary>Makes a request's messages and tools the tokens of a prompt. What callers wrote never becomes a control token.</summary>
internal static class ChatPrompt
{
    private const int MaxVariables = 64;
    private const int TailSegments = 4;
    private static readonly JsonElement _false = JsonDocument.Parse("false").RootElement;

    /// <exception cref="EmbeddedRefusal">The messages are none, the model does not chat, or its template refuses them.</exception>
    public static RenderedPrompt Render(JsonElement root, ToolAsk tools, RunningModel model, TimeProvider time)
    {
        var isOffered = tools.Demand != ToolDemand.None;
        using var normal = ChatMessages.Normalize(root, isOffered && !model.Dialect.TemplateHasTools ? ToolPreamble.Of(tools.Raw) : null);
        using var messages = model.Dialect.TemplateHasCalls ? null : SpelledCalls.Of(normal.RootElement);
        if (model.Template is not { } template)
            throw new EmbeddedRefusal(ErrorCodes.UnsupportedParameter.Error("The model has no chat template: it completes texts (/v1/completions) but does not chat.", "model"));
        try
        {
            var segments = template.Render(new TemplateInput
            {
                Messages = (messages ?? normal).RootElement, Tools = isOffered && model.Dialect.TemplateHasTools ? tools.Raw : null, Variables = Variables(root),
                StartSpelling = model.Tokenizer.StartSpelling, EndSpelling = model.Tokenizer.EndSpelling, Clock = time,
            });
            var tail = string.Concat(segments.TakeLast(TailSegments).Select(segment => segment.Text)).TrimEnd();
            return new RenderedPrompt(model.Tokenizer.EncodeSegments(segments), tail.EndsWith("<think>", StringComparison.Ordinal));
        }
        catch (ChatTemplateException e)
        {
            throw new EmbeddedRefusal(ErrorCodes.UnsupportedParameter.Error(e.IsRefusal ? $"The model's chat template refuses the messages: {e.Message}" : $"The model's chat template cannot render the messages: {e.Message}", "messages"));
        }
    }

    /// <summary>What templates know beside messages and tools: vLLM's <c>chat_template_kwargs</c>, and OpenAI's <c>reasoning_effort</c> where it means no thinking.</summary>
    private static Dictionary<string, JsonElement> Variables(JsonElement root)
    {
        var variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var reader = new AskReader(root);
        if (reader.Find("reasoning_effort") is { ValueKind: JsonValueKind.String } effort)
        {
            variables["reasoning_effort"] = effort;
            if (effort.ValueEquals("none"u8)) variables["enable_thinking"] = _false;
        }
        if (reader.Find("chat_template_kwargs") is not { } more) return variables;
        if (more.ValueKind != JsonValueKind.Object) throw new EmbeddedRefusal(ErrorCodes.InvalidType.Error("'chat_template_kwargs' must be an object.", "chat_template_kwargs"));
        foreach (var member in more.EnumerateObject().Take(MaxVariables)) variables[member.Name] = member.Value;
        return variables;
    }
}
