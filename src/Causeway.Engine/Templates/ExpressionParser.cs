using System.Globalization;

namespace Causeway.Engine.Templates;

/// <summary>
/// Parses expressions with Jinja's precedence, from loosest: if-else, or, and, not, comparisons, + -, ~, * / // %, **, signs, members and calls,
/// filters and tests.
/// </summary>
internal sealed class ExpressionParser(TokenCursor cursor)
{
    private static readonly string[] _comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>An expression; with commas, a tuple.</summary>
    public Expression ParseTuple(bool withCondition = true)
    {
        var place = cursor.Current.Place;
        var first = withCondition ? Parse() : ParseOr();
        if (!cursor.Current.Is(",")) return first;
        var items = new List<Expression> { first };
        while (cursor.Skip(",") && !EndsTuple()) items.Add(withCondition ? Parse() : ParseOr());
        return new ListExpression(place, items, isTuple: true);
    }

    public Expression Parse() => cursor.Deeper(ParseCondition);

    /// <summary>An expression without if-else: a loop's source, whose "if" is the loop's own.</summary>
    public Expression ParseOr()
    {
        var left = ParseAnd();
        while (cursor.Current.Is("or")) left = new LogicExpression(cursor.Next().Place, isAnd: false, left, ParseAnd());
        return left;
    }

    /// <summary>Names of filters after a bar, as they follow a set block's name.</summary>
    public Func<Expression, Expression> ParseFilters()
    {
        var filters = new List<Func<Expression, Expression>>();
        while (cursor.Skip("|"))
        {
            var (place, name, filter) = ParseFilterName();
            var arguments = cursor.Current.Is("(") ? ParseArguments() : ArgumentList.None;
            filters.Add(operand => new FilterExpression(place, operand, name, filter, arguments));
        }
        return operand => filters.Aggregate(operand, (value, filter) => filter(value));
    }

    private bool EndsTuple() => cursor.Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd or TokenKind.End || cursor.Current.Is(")") || cursor.Current.Is("in");

    private Expression ParseCondition()
    {
        var expression = ParseOr();
        while (cursor.Current.Is("if"))
        {
            var place = cursor.Next().Place;
            var condition = ParseOr();
            expression = new ConditionExpression(place, condition, expression, cursor.Skip("else") ? Parse() : null);
        }
        return expression;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (cursor.Current.Is("and")) left = new LogicExpression(cursor.Next().Place, isAnd: true, left, ParseNot());
        return left;
    }

    private Expression ParseNot()
    {
        if (!cursor.Current.Is("not")) return ParseComparison();
        var place = cursor.Next().Place;
        return new NotExpression(place, cursor.Deeper(ParseNot));
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        var place = cursor.Current.Place;
        while (true)
        {
            if (cursor.Current.Kind == TokenKind.Operator && _comparisons.Contains(cursor.Current.Text)) rest.Add((cursor.Next().Text, ParseSum()));
            else if (cursor.Skip("in")) rest.Add(("in", ParseSum()));
            else if (cursor.Current.Is("not") && cursor.Ahead().Is("in"))
            {
                cursor.Next();
                cursor.Next();
                rest.Add(("not in", ParseSum()));
            }
            else return rest.Count == 0 ? first : new ComparisonExpression(place, first, rest);
        }
    }

    private Expression ParseSum() => ParseOperators(ParseJoin, "+", "-");

    private Expression ParseJoin()
    {
        var place = cursor.Current.Place;
        var parts = new List<Expression> { ParseProduct() };
        while (cursor.Skip("~")) parts.Add(ParseProduct());
        return parts.Count == 1 ? parts[0] : new JoinExpression(place, parts);
    }

    private Expression ParseProduct() => ParseOperators(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseOperators(() => ParseUnary(withFilters: true), "**");

    private Expression ParseOperators(Func<Expression> operand, params string[] signs)
    {
        var left = operand();
        while (cursor.Current.Kind == TokenKind.Operator && signs.Contains(cursor.Current.Text))
        {
            var sign = cursor.Next();
            left = new OperatorExpression(sign.Place, sign.Text, left, operand());
        }
        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        var token = cursor.Current;
        Expression expression;
        if (token.Is("-") || token.Is("+"))
        {
            cursor.Next();
            expression = new SignExpression(token.Place, token.Text == "-", cursor.Deeper(() => ParseUnary(withFilters: false)));
        }
        else
        {
            expression = ParsePrimary();
        }
        expression = ParsePostfix(expression);
        return withFilters ? ParseFiltersAndTests(expression) : expression;
    }

    private Expression ParsePrimary()
    {
        var token = cursor.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new LiteralExpression(token.Place, true),
                    "false" or "False" => new LiteralExpression(token.Place, false),
                    "none" or "None" => new LiteralExpression(token.Place, null),
                    "if" or "else" or "and" or "or" or "not" or "in" or "is" => throw token.Place.Error($"unexpected {token.Shown}."),
                    _ => new NameExpression(token.Place, token.Text),
                };
            case TokenKind.Text:
                var text = token.Text;
                while (cursor.Current.Kind == TokenKind.Text) text += cursor.Next().Text;
                return new LiteralExpression(token.Place, new TemplateText(text, trusted: true));
            case TokenKind.Integer:
                return token.Text.Length <= 18 ? new LiteralExpression(token.Place, PythonText.Integer(token.Text)) : throw token.Place.Error("a number has more than 18 digits.");
            case TokenKind.Float:
                return new LiteralExpression(token.Place, double.Parse(token.Text, CultureInfo.InvariantCulture));
        }
        if (token.Is("(")) return ParseParenthesis(token.Place);
        if (token.Is("[")) return new ListExpression(token.Place, ParseItems("]"), isTuple: false);
        if (token.Is("{")) return ParseMap(token.Place);
        throw token.Place.Error($"unexpected {token.Shown}.");
    }

    private Expression ParseParenthesis(Place place)
    {
        if (cursor.Skip(")")) return new ListExpression(place, [], isTuple: true);
        var inner = ParseTuple();
        cursor.Expect(")");
        return inner;
    }

    private List<Expression> ParseItems(string close)
    {
        var items = new List<Expression>();
        while (!cursor.Skip(close))
        {
            if (items.Count > 0) cursor.Expect(",");
            if (cursor.Skip(close)) break;
            items.Add(Parse());
        }
        return items;
    }

    private MapExpression ParseMap(Place place)
    {
        var entries = new List<(Expression, Expression)>();
        while (!cursor.Skip("}"))
        {
            if (entries.Count > 0) cursor.Expect(",");
            if (cursor.Skip("}")) break;
            var key = Parse();
            cursor.Expect(":");
            entries.Add((key, Parse()));
        }
        return new MapExpression(place, entries);
    }

    private Expression ParsePostfix(Expression expression)
    {
        // Each link nests the tree one deeper, though the parser stays where it is.
        for (var links = 0; ; links++)
        {
            var token = cursor.Current;
            if (links > 200) throw token.Place.Error("a value has more than 200 members, calls and filters in a row.");
            if (cursor.Skip(".")) expression = ParseMember(expression, token.Place);
            else if (cursor.Skip("[")) expression = ParseIndex(expression, token.Place);
            else if (token.Is("(")) expression = new CallExpression(token.Place, expression, ParseArguments(), expression is NameExpression name ? name.Name : "this function");
            else return expression;
        }
    }

    private Expression ParseMember(Expression target, Place place)
    {
        var token = cursor.Next();
        return token.Kind switch
        {
            TokenKind.Name => new MemberExpression(place, target, token.Text),
            TokenKind.Integer => new IndexExpression(place, target, new LiteralExpression(place, PythonText.Integer(token.Text))),
            _ => throw token.Place.Error($"expected a name, found {token.Shown}."),
        };
    }

    private Expression ParseIndex(Expression target, Place place)
    {
        var start = cursor.Current.Is(":") ? null : Parse();
        if (start is not null && cursor.Skip("]")) return new IndexExpression(place, target, start);
        cursor.Expect(":");
        var stop = cursor.Current.Is(":") || cursor.Current.Is("]") ? null : Parse();
        var step = cursor.Skip(":") && !cursor.Current.Is("]") ? Parse() : null;
        cursor.Expect("]");
        return new SliceExpression(place, target, start, stop, step);
    }

    public ArgumentList ParseArguments()
    {
        cursor.Expect("(");
        var (positional, named) = (new List<Expression>(), new List<(string, Expression)>());
        while (!cursor.Skip(")"))
        {
            if (positional.Count + named.Count > 0) cursor.Expect(",");
            if (cursor.Skip(")")) break;
            if (cursor.Current.Is("*") || cursor.Current.Is("**")) throw cursor.Current.Place.Error("arguments from a list (* and **) are not known here.");
            if (cursor.Current.Kind == TokenKind.Name && cursor.Ahead().Is("="))
            {
                var name = cursor.Name();
                cursor.Next();
                named.Add((name, Parse()));
            }
            else if (named.Count > 0) throw cursor.Current.Place.Error("an argument without a name comes after one with a name.");
            else positional.Add(Parse());
        }
        return new ArgumentList(positional, named);
    }

    private Expression ParseFiltersAndTests(Expression expression)
    {
        for (var links = 0; ; links++)
        {
            if (links > 200) throw cursor.Current.Place.Error("a value has more than 200 members, calls and filters in a row.");
            if (cursor.Skip("|"))
            {
                var (place, name, filter) = ParseFilterName();
                expression = new FilterExpression(place, expression, name, filter, cursor.Current.Is("(") ? ParseArguments() : ArgumentList.None);
            }
            else if (cursor.Current.Is("is")) expression = ParseTest(expression);
            else if (cursor.Current.Is("(")) expression = new CallExpression(cursor.Current.Place, expression, ParseArguments(), "this function");
            else return expression;
        }
    }

    private (Place Place, string Name, Filter Filter) ParseFilterName()
    {
        var token = cursor.Expect(TokenKind.Name, "the name of a filter");
        return (token.Place, token.Text, Filters.Find(token.Text) ?? throw token.Place.Error($"there is no filter {token.Shown} here."));
    }

    private TestExpression ParseTest(Expression operand)
    {
        var place = cursor.Next().Place;
        var negated = cursor.Skip("not");
        var token = cursor.Expect(TokenKind.Name, "the name of a test");
        var test = Tests.Find(token.Text) ?? throw token.Place.Error($"there is no test {token.Shown} here.");
        var arguments = cursor.Current.Is("(") ? ParseArguments() : TakesBareArgument() ? new ArgumentList([ParsePostfix(ParsePrimary())], []) : ArgumentList.None;
        return new TestExpression(place, operand, token.Text, test, arguments, negated);
    }

    private bool TakesBareArgument() => cursor.Current.Kind switch
    {
        TokenKind.Name => cursor.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"),
        TokenKind.Text or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Operator => cursor.Current.Text is "[" or "{",
        _ => false,
    };
}
