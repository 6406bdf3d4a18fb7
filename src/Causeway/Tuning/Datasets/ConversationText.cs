using System.Text.Json;
using Causeway.Embedded;
using Causeway.Engine.Templates;
using Causeway.Engine.Tokenizers;

namespace Causeway.Tuning.Datasets;

/// <summary>A conversation as the model's chat template writes it, whole or in part; in the words that the model reads when it serves.</summary>
internal sealed class ConversationText : IDisposable
{
    // What a template says of today must not change what is learnt.
    private static readonly TimeProvider _clock = new StoppedClock();

    private readonly JsonDocument _document;
    private readonly JsonElement _tools;
    private readonly ChatTemplate _template;
    private readonly Tokenizer _tokenizer;

    /// <param name="ask">Messages and tools, in OpenAI's spelling.</param>
    /// <exception cref="EmbeddedRefusal">More than text, or calls that the template cannot write.</exception>
    public ConversationText(JsonElement ask, ChatTemplate template, Tokenizer tokenizer, ModelDialect dialect)
    {
        var tools = ask.Given("tools") ?? default;
        var isOffered = tools.ValueKind == JsonValueKind.Array;
        _document = ChatMessages.Normalize(ask, isOffered && !dialect.TemplateHasTools ? ToolPreamble.Of(tools) : null);
        (_tools, _template, _tokenizer) = (isOffered && dialect.TemplateHasTools ? tools : default, template, tokenizer);
        // A system message that was put before the others is no message of the example.
        Offset = _document.RootElement.GetArrayLength() - ask.GetProperty("messages").GetArrayLength();
    }

    private int Offset { get; }

    /// <summary>The first messages of the example, in pieces that say whether the template wrote them.</summary>
    /// <param name="asksForAnswer">It ends where the assistant begins to speak.</param>
    /// <exception cref="ChatTemplateException">The template does not take them.</exception>
    public IReadOnlyList<(string Text, bool Trusted)> Render(int messages, bool asksForAnswer)
    {
        using var first = JsonDocument.Parse($"[{string.Join(',', _document.RootElement.EnumerateArray().Take(messages + Offset).Select(message => message.GetRawText()))}]",
            new JsonDocumentOptions { MaxDepth = 256 });
        return _template.Render(new TemplateInput
        {
            Messages = first.RootElement, Tools = _tools.ValueKind == JsonValueKind.Array ? _tools : null, AddGenerationPrompt = asksForAnswer,
            StartSpelling = _tokenizer.StartSpelling, EndSpelling = _tokenizer.EndSpelling, Clock = _clock,
        });
    }

    public void Dispose() => _document.Dispose();

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 7, 26, 12, 0, 0, TimeSpan.Zero);
    }
}
