using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Causeway.Spec.Yaml;

/// <summary>
/// One YAML document as a tree with positions. Only the event parser of YamlDotNet is used (nothing of its object mapping), pulled
/// one event at a time, so that a bound is noticed before what lies behind it has cost anything.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 32;
    private const int MaxNodes = 50_000;

    private readonly Parser _parser;
    private readonly DiagnosticBag _bag;
    private int _nodes;

    private YamlReader(string text, DiagnosticBag bag)
    {
        _parser = new Parser(new StringReader(text));
        _bag = bag;
    }

    /// <summary>The document's root, or null when it is empty or could not be read; the bag knows why.</summary>
    public static YamlNode? Read(string text, DiagnosticBag bag)
    {
        if (SourceText.Check(text, bag) is not { } body) return null;
        try
        {
            return new YamlReader(body, bag).ReadDocument();
        }
        catch (YamlException broken)
        {
            var at = PlaceOf(broken, body);
            bag.Add(DiagnosticRule.Syntax, at, Sentence(broken.Message), SyntaxHint(body, at.Line));
            return null;
        }
        catch (BoundReachedException)
        {
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        Next();
        if (Next() is not DocumentStart)
        {
            _bag.Add(DiagnosticRule.MissingKey, Position.Start, "the spec is empty");
            return null;
        }
        var root = ReadNode(Next(), depth: 1);
        Next();
        if (Next() is DocumentStart second)
            _bag.Add(DiagnosticRule.UnsupportedYaml, At(second.Start), "a spec is one document; a second one starts here");
        return root;
    }

    private YamlNode ReadNode(ParsingEvent next, int depth)
    {
        if (depth > MaxDepth) throw Bound(next, $"goes deeper than {MaxDepth} levels");
        if (++_nodes > MaxNodes) throw Bound(next, $"has more than {MaxNodes} nodes");
        RefuseDecoration(next);
        return next switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart sequence => ReadSequence(sequence, depth),
            MappingStart mapping => ReadMapping(mapping, depth),
            AnchorAlias alias => RefuseAlias(alias),
            _ => throw new YamlException(next.Start, next.End, "a value was expected here"),
        };
    }

    private YamlNode ReadScalar(Scalar scalar)
    {
        var at = At(scalar.Start);
        var bad = SourceText.IndexOfForbidden(scalar.Value);
        if (bad < 0) return new YamlScalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain);
        _bag.Add(DiagnosticRule.InvalidText, at,
            $"an escape makes the character U+{(int)scalar.Value[bad]:X4}, which has no place in a spec");
        return new YamlRefused(at);
    }

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        for (var next = Next(); next is not SequenceEnd; next = Next()) items.Add(ReadNode(next, depth + 1));
        return new YamlSequence(At(start.Start), items.ToImmutable());
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var seen = new Dictionary<string, Position>(StringComparer.Ordinal);
        for (var next = Next(); next is not MappingEnd; next = Next())
        {
            var key = ReadNode(next, depth + 1);
            var value = ReadNode(Next(), depth + 1);
            if (AcceptKey(key, seen) is { } accepted) entries.Add(new YamlEntry(accepted, value));
        }
        return new YamlMapping(At(start.Start), entries.ToImmutable());
    }

    private YamlScalar? AcceptKey(YamlNode node, Dictionary<string, Position> seen)
    {
        if (node is YamlRefused) return null;
        if (node is not YamlScalar { Kind: not ScalarKind.Null } key)
        {
            _bag.Add(DiagnosticRule.UnsupportedYaml, node.At, $"a key must be text, found {node.Description}");
            return null;
        }
        if (key.Text == "<<")
        {
            _bag.Add(DiagnosticRule.UnsupportedYaml, key.At, "merge keys ('<<') are not supported: write the keys out");
            return null;
        }
        if (seen.TryAdd(key.Text, key.At)) return key;
        var first = seen[key.Text];
        _bag.Add(DiagnosticRule.DuplicateKey, key.At, $"key '{Shown.Text(key.Text)}' is given twice, first in line {first.Line}");
        return null;
    }

    private void RefuseDecoration(ParsingEvent next)
    {
        if (next is not NodeEvent node) return;
        if (!node.Anchor.IsEmpty)
            _bag.Add(DiagnosticRule.UnsupportedYaml, At(node.Start),
                "anchors ('&') are not supported: write the value out where it is needed");
        if (!node.Tag.IsEmpty)
            _bag.Add(DiagnosticRule.UnsupportedYaml, At(node.Start), "tags ('!') are not supported: quote what shall be text");
    }

    private YamlRefused RefuseAlias(AnchorAlias alias)
    {
        _bag.Add(DiagnosticRule.UnsupportedYaml, At(alias.Start),
            "aliases ('*') are not supported: write the value out; a pattern goes in quotes");
        return new YamlRefused(At(alias.Start));
    }

    private BoundReachedException Bound(ParsingEvent next, string what)
    {
        _bag.Add(DiagnosticRule.TooLarge, At(next.Start), $"the spec {what}");
        return new BoundReachedException();
    }

    private ParsingEvent Next()
    {
        try
        {
            if (_parser.MoveNext() && _parser.Current is { } next) return next;
        }
        catch (Exception broken) when (broken is not YamlException)
        {
            // Found by feeding it rubbish: on some unclosed brackets its scanner fails without a YamlException.
            throw Unreadable();
        }
        throw Unreadable();
    }

    private YamlException Unreadable()
    {
        var last = _parser.Current?.End ?? Mark.Empty;
        return new YamlException(last, last, "after this place the text makes no sense; is a bracket or quote not closed?");
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    // The two mistakes that people make with text that is right everywhere else; the parser's own words do not lead there.
    private static string? SyntaxHint(string text, int line)
    {
        var lines = text.AsSpan().EnumerateLines();
        for (var i = 0; i < line; i++) lines.MoveNext();
        if (lines.Current.TrimStart(' ').StartsWith('\t')) return "indent with spaces";
        if (lines.Current.Contains("${", StringComparison.Ordinal)) return "inside { } and [ ], write \"${NAME}\" in quotes";
        return lines.Current.Contains('*') ? "write a pattern in quotes: \"*\"" : null;
    }

    // An exception without a mark says 0:0 or so, and a diagnostic with a place is worth more than one without; one about a tab
    // marks the mapping around it.
    private static Position PlaceOf(YamlException broken, string text) =>
        broken.Message.Contains(" tab ", StringComparison.Ordinal) && FirstTabIndent(text) is { } tab ? tab
        : broken.Start.Line < 1 ? Position.Start
        : At(broken.Start);

    private static Position? FirstTabIndent(string text)
    {
        var line = 0;
        foreach (var candidate in text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = candidate.IndexOfAnyExcept(' ');
            if (indent >= 0 && candidate[indent] == '\t') return new Position(line, indent + 1);
        }
        return null;
    }

    private static string Sentence(string message) =>
        message.Length == 0 ? "not YAML" : $"not YAML: {char.ToLowerInvariant(message[0])}{message[1..].TrimEnd('.')}";

    /// <summary>Unwinds the recursion; never leaves this type.</summary>
    private sealed class BoundReachedException : Exception;
}
