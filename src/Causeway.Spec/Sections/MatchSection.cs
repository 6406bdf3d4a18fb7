using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Values;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>Reads what a route asks of a request beside its model.</summary>
/// <param name="keys">Names of the spec's keys: a condition on another could never hold.</param>
internal sealed class MatchSection(IReadOnlyCollection<string> keys, DiagnosticBag bag)
{
    public const int MaxEntries = 16;
    public const int MaxValues = 64;
    public const int MaxText = 512;

    // What these carry is a credential, and a spec holds none.
    private static readonly FrozenSet<string> Credentials = FrozenSet.ToFrozenSet(
        ["authorization", "proxy-authorization", "cookie", "api-key", "x-api-key"], StringComparer.Ordinal);

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");

    public MatchConditions Read(MapReader match) => new()
    {
        Keys = [.. ReadTexts(match.Find("key"), "'key'", IsKnownKey).Order(StringComparer.Ordinal)],
        Headers = ReadEntries(match.Find("header"), "'header'", HeaderName),
        Metadata = ReadEntries(match.Find("metadata"), "'metadata'", MetadataName),
        Tasks = ReadTasks(match.Find("task")),
    };

    private ImmutableArray<TaskKind> ReadTasks(YamlNode? node)
    {
        var tasks = new SortedSet<TaskKind>();
        foreach (var item in Items(node, "'task'"))
            if (bag.Choice(item, "'task'", PlanWords.Tasks) is { } task) tasks.Add(task);
        return [.. tasks];
    }

    private bool IsKnownKey(YamlScalar scalar)
    {
        if (keys.Contains(scalar.Text)) return true;
        bag.Add(DiagnosticRule.UnknownCaller, scalar.At, $"there is no key named '{Shown.Text(scalar.Text)}'", scalar.Text, keys);
        return false;
    }

    private ImmutableArray<ValueCondition> ReadEntries(YamlNode? node, string what, Func<YamlScalar, string?> nameOf)
    {
        if (bag.Mapping(node, what) is not { } mapping) return [];
        if (mapping.Entries.IsEmpty) bag.Add(DiagnosticRule.NothingThere, mapping.At, $"{what} needs at least one entry, or remove it");
        if (mapping.Entries.Length > MaxEntries) bag.Add(DiagnosticRule.OutOfRange, mapping.At, $"{what} has at most {MaxEntries} entries");
        var conditions = new SortedDictionary<string, ValueCondition>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Entries.Take(MaxEntries))
        {
            var values = ReadTexts(value, $"{what} '{Shown.Text(key.Text)}'", IsNoSecret);
            if (nameOf(key) is not { } name) continue;
            if (!conditions.TryAdd(name, new ValueCondition(name, [.. values.Order(StringComparer.Ordinal)])))
                bag.Add(DiagnosticRule.DuplicateKey, key.At, $"header '{Shown.Text(key.Text)}' is given twice; upper and lower case make no difference");
        }
        return [.. conditions.Values];
    }

    private string? HeaderName(YamlScalar key)
    {
        var name = key.Text.ToLowerInvariant();
        var problem = name switch
        {
            { Length: 0 or > 128 } => "a header name has 1 to 128 characters",
            _ when name.AsSpan().ContainsAnyExcept(TokenCharacters) => $"'{Shown.Text(key.Text)}' is not an HTTP header name",
            _ when Credentials.Contains(name) => $"header '{name}' carries a credential: match the caller with 'key'",
            _ => null,
        };
        if (problem is not null) bag.Add(DiagnosticRule.InvalidHeader, key.At, problem);
        return problem is null ? name : null;
    }

    private string? MetadataName(YamlScalar key)
    {
        if (key.Text.Length is >= 1 and <= 64) return key.Text;
        bag.Add(DiagnosticRule.OutOfRange, key.At, "the name of a metadata member has 1 to 64 characters");
        return null;
    }

    private bool IsNoSecret(YamlScalar scalar)
    {
        if (!SecretShape.Matches(scalar.Text)) return true;
        bag.Add(DiagnosticRule.SecretInFile, scalar.At, "this value looks like a secret: secrets do not belong in a spec", "match the caller with 'key'");
        return false;
    }

    private SortedSet<string> ReadTexts(YamlNode? node, string what, Func<YamlScalar, bool> isGood)
    {
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in Items(node, what))
        {
            if (bag.Text(item, what) is not { } text || item is not YamlScalar scalar) continue;
            if (text.Length is 0 or > MaxText) bag.Add(DiagnosticRule.OutOfRange, item.At, $"{what} has 1 to {MaxText} characters");
            else if (isGood(scalar)) texts.Add(text);
        }
        return texts;
    }

    private IEnumerable<YamlNode> Items(YamlNode? node, string what)
    {
        if (node is not YamlSequence list) return node is null ? [] : [node];
        if (list.Items.IsEmpty) bag.Add(DiagnosticRule.NothingThere, list.At, $"{what} needs at least one value, or remove it");
        if (list.Items.Length > MaxValues) bag.Add(DiagnosticRule.OutOfRange, list.At, $"{what} has at most {MaxValues} values");
        return list.Items.Take(MaxValues);
    }
}
