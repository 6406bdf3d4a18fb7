namespace Causeway.Engine.Templates;

/// <summary>Parses a template to statements.</summary>
internal sealed class TemplateParser
{
    private readonly TokenCursor _cursor;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private TemplateParser(IReadOnlyList<TemplateToken> tokens)
    {
        _cursor = new TokenCursor(tokens);
        _expressions = new ExpressionParser(_cursor);
    }

    /// <exception cref="ModelFormatException">It is no template, or one that uses what is not run here; with line:column.</exception>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source));
        var statements = parser.ParseBody();
        return parser._cursor.Current.Kind == TokenKind.End
            ? statements
            : throw parser._cursor.Current.Place.Error($"{parser._cursor.Ahead().Shown} ends nothing.");
    }

    /// <summary>Statements up to the end, or up to a block that ends or goes on one; the cursor stands before it.</summary>
    private List<Statement> ParseBody()
    {
        var statements = new List<Statement>();
        while (true)
        {
            var token = _cursor.Current;
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new DataStatement(token.Place, _cursor.Next().Text));
                    break;
                case TokenKind.VariableBegin:
                    _cursor.Next();
                    statements.Add(new OutputStatement(token.Place, _expressions.ParseTuple()));
                    _cursor.Expect(TokenKind.VariableEnd, "\"}}\"");
                    break;
                case TokenKind.BlockBegin when !IsEnd(_cursor.Ahead()):
                    _cursor.Next();
                    statements.Add(_cursor.Deeper(ParseBlock));
                    break;
                default:
                    return statements;
            }
        }
    }

    // An end that does not belong here ends the body too; whoever expected another says so.
    private static bool IsEnd(TemplateToken token) =>
        token.Kind == TokenKind.Name && (token.Text.StartsWith("end", StringComparison.Ordinal) || token.Text is "else" or "elif");

    private Statement ParseBlock()
    {
        var token = _cursor.Expect(TokenKind.Name, "the name of a block");
        return token.Text switch
        {
            "if" => ParseIf(token.Place),
            "for" => ParseFor(token.Place),
            "set" => ParseSet(token.Place),
            "macro" => ParseMacro(token.Place),
            "generation" => ParseGeneration(token.Place),
            "break" => ParseJump(token, Flow.Break),
            "continue" => ParseJump(token, Flow.Continue),
            _ => throw token.Place.Error($"there is no block {token.Shown} here; if, for, set, macro, generation, break, continue and raw are known."),
        };
    }

    private IfStatement ParseIf(Place place)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            var condition = _expressions.ParseTuple();
            EndBlock();
            branches.Add((condition, ParseBody()));
            switch (NextBlock(place, "if", "elif", "else", "endif"))
            {
                case "elif":
                    continue;
                case "else":
                    EndBlock();
                    var otherwise = ParseBody();
                    NextBlock(place, "if", "endif");
                    EndBlock();
                    return new IfStatement(place, branches, otherwise);
                default:
                    EndBlock();
                    return new IfStatement(place, branches, []);
            }
        }
    }

    private LoopStatement ParseFor(Place place)
    {
        var target = ParseTarget(allowMember: false);
        _cursor.Expect("in");
        var source = _expressions.ParseTuple(withCondition: false);
        var condition = _cursor.Skip("if") ? _expressions.Parse() : null;
        if (_cursor.Current.Is("recursive")) throw _cursor.Current.Place.Error("recursive loops are not known here.");
        EndBlock();
        _loops++;
        var body = ParseBody();
        _loops--;
        IReadOnlyList<Statement> otherwise = [];
        if (NextBlock(place, "for", "else", "endfor") == "else")
        {
            EndBlock();
            otherwise = ParseBody();
            NextBlock(place, "for", "endfor");
        }
        EndBlock();
        return new LoopStatement(place, target, source, condition, body, otherwise);
    }

    private Statement ParseSet(Place place)
    {
        var target = ParseTarget(allowMember: true);
        if (_cursor.Skip("="))
        {
            var value = _expressions.ParseTuple();
            EndBlock();
            return new SetStatement(place, target, value);
        }
        var filters = _expressions.ParseFilters();
        EndBlock();
        var body = ParseBody();
        NextBlock(place, "set", "endset");
        EndBlock();
        return new SetBlockStatement(place, target, body, filters);
    }

    private SetTarget ParseTarget(bool allowMember)
    {
        var place = _cursor.Current.Place;
        var parenthesis = _cursor.Skip("(");
        var names = new List<string> { _cursor.Name() };
        if (allowMember && !parenthesis && _cursor.Skip(".")) return new SetTarget(place, names, _cursor.Name());
        while (_cursor.Skip(",")) names.Add(_cursor.Name());
        if (parenthesis) _cursor.Expect(")");
        return new SetTarget(place, names, null);
    }

    private MacroStatement ParseMacro(Place place)
    {
        var name = _cursor.Name();
        var parameters = new List<(string, Expression?)>();
        _cursor.Expect("(");
        while (!_cursor.Skip(")"))
        {
            if (parameters.Count > 0) _cursor.Expect(",");
            parameters.Add((_cursor.Name(), _cursor.Skip("=") ? _expressions.Parse() : null));
        }
        EndBlock();
        var loops = _loops;
        _loops = 0;
        var body = ParseBody();
        _loops = loops;
        NextBlock(place, "macro", "endmacro");
        if (_cursor.Current.Kind == TokenKind.Name) _cursor.Next();
        EndBlock();
        return new MacroStatement(place, name, parameters, body);
    }

    private GenerationStatement ParseGeneration(Place place)
    {
        EndBlock();
        var body = ParseBody();
        NextBlock(place, "generation", "endgeneration");
        EndBlock();
        return new GenerationStatement(place, body);
    }

    private JumpStatement ParseJump(TemplateToken token, Flow flow)
    {
        if (_loops == 0) throw token.Place.Error($"{token.Shown} stands outside of a loop.");
        EndBlock();
        return new JumpStatement(token.Place, flow);
    }

    private void EndBlock() => _cursor.Expect(TokenKind.BlockEnd, "\"%}\"");

    /// <summary>The name of the block that goes on or ends the one that began at a place.</summary>
    private string NextBlock(Place place, string block, params ReadOnlySpan<string> names)
    {
        if (_cursor.Current.Kind == TokenKind.End) throw place.Error($"\"{block}\" has no end.");
        _cursor.Expect(TokenKind.BlockBegin, "a block");
        var token = _cursor.Next();
        return names.Contains(token.Text) ? token.Text : throw token.Place.Error($"{token.Shown} does not belong to the \"{block}\" at {place}.");
    }
}
