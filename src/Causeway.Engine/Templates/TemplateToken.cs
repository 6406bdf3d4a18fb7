namespace Causeway.Engine.Templates;

internal enum TokenKind
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Text,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A place in a template's source, from 1.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";

    public ModelFormatException Error(string message) => new($"The chat template, {this}: {message}");

    public ChatTemplateException Failure(string message) => new($"The chat template, {this}: {message}", isRefusal: false);
}

internal readonly record struct TemplateToken(TokenKind Kind, string Text, Place Place)
{
    public bool Is(string text) => Kind is TokenKind.Operator or TokenKind.Name && Text == text;

    /// <summary>For messages.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.Data => "text",
        TokenKind.VariableEnd => "\"}}\"",
        TokenKind.BlockEnd => "\"%}\"",
        _ => $"\"{(Text.Length > 40 ? Text[..40] + "…" : Text)}\"",
    };
}
