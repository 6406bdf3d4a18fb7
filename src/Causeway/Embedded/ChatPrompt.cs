using System.Text.Json;
using Causeway.Wire.Errors;

namespace Causeway.Embedded;

/// <summary>A conversation as the model reads it.</summary>
/// <param name="IsThinking">The prompt ends inside the model's thinking: the template opened it.</param>
internal sealed record RenderedPrompt(IReadOnlyList<int> Tokens, bool IsThinking);

/// <summary>Makes a request's messages and tools the tokens of a prompt. What callers wrote never becomes a control token.</summary>
internal static class ChatPrompt
{
    /// <exception cref="EmbeddedRefusal">The messages are none, the model does not chat, or its template refuses them.</exception>
    public static RenderedPrompt Render(JsonElement root, ToolAsk tools, RunningModel model, TimeProvider time)
    {
        var isOffered = tools.Demand != ToolDemand.None;
        using var messages = ChatMessages.Normalize(root, isOffered ? ToolPreamble.Of(tools.Raw) : null);
        if (model.Markup is not { } markup) throw new EmbeddedRefusal(ErrorCodes.UnsupportedParameter.Error("The model has no chat template: it completes texts (/v1/completions) but does not chat.", "model"));
        var segments = markup.Render(messages.RootElement);
        var end = segments[^1].Text.TrimEnd();
        return new RenderedPrompt(model.Tokenizer.EncodeSegments(segments), end.EndsWith("<think>", StringComparison.Ordinal));
    }
}
