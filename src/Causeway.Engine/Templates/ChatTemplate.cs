namespace Causeway.Engine.Templates;

/// <summary>
/// A chat template: the part of Jinja that published templates use, with Hugging Face's settings and functions, made a tree once and rendered by any
/// number of threads. Everything a template or a conversation can make large is bounded: source, nesting, steps, texts.
/// </summary>
public sealed class ChatTemplate
{
    private const int MaxSource = 1 << 20;

    private readonly IReadOnlyList<Statement> _statements;

    private ChatTemplate(IReadOnlyList<Statement> statements) => _statements = statements;

    /// <exception cref="ModelFormatException">It is no template, or uses what is not run here; the message gives line:column.</exception>
    public static ChatTemplate Parse(string source)
    {
        if (source.Length > MaxSource) throw new ModelFormatException($"The chat template has more than {MaxSource} characters.");
        return new ChatTemplate(TemplateParser.Parse(source));
    }

    /// <summary>The prompt, in pieces that say whether the template wrote them: what <c>Tokenizer.EncodeSegments</c> takes.</summary>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, or cannot render it within its bounds.</exception>
    public IReadOnlyList<(string Text, bool Trusted)> Render(TemplateInput input)
    {
        var rendering = new Rendering(input.Clock);
        Statement.RunAll(_statements, rendering, new Scope(Variables(input)));
        return [.. rendering.Writer.Text().Pieces()];
    }

    private static Scope Variables(TemplateInput input)
    {
        var scope = new Scope(null);
        foreach (var (name, function) in TemplateFunctions.All) scope.Set(name, function);
        try
        {
            scope.Set("messages", Values.FromJson(input.Messages));
            scope.Set("tools", input.Tools is { } tools ? Values.FromJson(tools) : null);
            scope.Set("documents", null);
            scope.Set("add_generation_prompt", input.AddGenerationPrompt);
            if (input.StartSpelling.Length > 0) scope.Set("bos_token", new TemplateText(input.StartSpelling, trusted: true));
            if (input.EndSpelling.Length > 0) scope.Set("eos_token", new TemplateText(input.EndSpelling, trusted: true));
            foreach (var (name, value) in input.Variables) scope.Set(name, Values.FromJson(value));
        }
        catch (InvalidOperationException error)
        {
            throw new ChatTemplateException($"The conversation has a text that is no Unicode: {error.Message}", isRefusal: false);
        }
        return scope;
    }
}
