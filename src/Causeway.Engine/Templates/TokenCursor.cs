using System.Runtime.CompilerServices;

namespace Causeway.Engine.Templates;

/// <summary>Goes over a template's tokens, and counts how deep the parser is.</summary>
internal sealed class TokenCursor(IReadOnlyList<TemplateToken> tokens)
{
    private const int Deepest = 100;

    private int _at;
    private int _depth;

    public TemplateToken Current => tokens[_at];

    public TemplateToken Next() => tokens[_at + 1 < tokens.Count ? _at++ : _at];

    public TemplateToken Ahead(int count = 1) => tokens[Math.Min(_at + count, tokens.Count - 1)];

    public bool Skip(string text)
    {
        if (!Current.Is(text)) return false;
        Next();
        return true;
    }

    public TemplateToken Expect(string text) => Current.Is(text) ? Next() : throw Current.Place.Error($"expected \"{text}\", found {Current.Shown}.");

    public TemplateToken Expect(TokenKind kind, string what) => Current.Kind == kind ? Next() : throw Current.Place.Error($"expected {what}, found {Current.Shown}.");

    public string Name() => Expect(TokenKind.Name, "a name").Text;

    public T Deeper<T>(Func<T> parse)
    {
        if (++_depth > Deepest || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Current.Place.Error($"it is nested more than {Deepest} deep.");
        var parsed = parse();
        _depth--;
        return parsed;
    }
}
