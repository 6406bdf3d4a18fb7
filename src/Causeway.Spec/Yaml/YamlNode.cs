using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Causeway.Spec.Yaml;

/// <summary>A node of a YAML document and where it stands. Immutable.</summary>
internal abstract class YamlNode(Position at)
{
    public Position At { get; } = at;

    /// <summary>What it is, for a message: "a list", "the number"…</summary>
    public abstract string Description { get; }
}

/// <summary>
/// What a scalar is by YAML 1.2's core schema. Anything quoted is text; so are the plain words of YAML 1.1: yes, no, on, off.
/// </summary>
internal enum ScalarKind
{
    Null,
    Boolean,
    Integer,
    Number,
    Text,
}

internal sealed partial class YamlScalar(Position at, string text, bool isPlain) : YamlNode(at)
{
    /// <summary>After unquoting and folding, before any meaning.</summary>
    public string Text { get; } = text;

    public ScalarKind Kind { get; } = isPlain ? KindOf(text) : ScalarKind.Text;

    public override string Description => Kind switch
    {
        ScalarKind.Null => "nothing",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Integer or ScalarKind.Number => "a number",
        _ => "text",
    };

    private static ScalarKind KindOf(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        _ when Integers().IsMatch(plain) => ScalarKind.Integer,
        _ when Numbers().IsMatch(plain) => ScalarKind.Number,
        _ => ScalarKind.Text,
    };

    [GeneratedRegex(@"\A([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Integers();

    [GeneratedRegex(@"\A([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>Entries in the order of the file; no key twice.</summary>
internal sealed class YamlMapping(Position at, ImmutableArray<YamlEntry> entries) : YamlNode(at)
{
    public ImmutableArray<YamlEntry> Entries { get; } = entries;

    public override string Description => "a mapping";
}

internal sealed class YamlSequence(Position at, ImmutableArray<YamlNode> items) : YamlNode(at)
{
    public ImmutableArray<YamlNode> Items { get; } = items;

    public override string Description => "a list";
}

/// <summary>Stands where something was refused already, so that nobody complains about the same place twice.</summary>
internal sealed class YamlRefused(Position at) : YamlNode(at)
{
    public override string Description => "something refused";
}
