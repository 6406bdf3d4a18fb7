using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

internal sealed partial class KeySection
{
    private readonly DiagnosticBag _bag;
    private readonly Dictionary<string, Position> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Position> _hashes = new(StringComparer.Ordinal);

    private KeySection(DiagnosticBag bag) => _bag = bag;

    public static ImmutableArray<KeyPlan> Read(YamlNode? node, DiagnosticBag bag)
    {
        if (bag.Sequence(node, "'keys'") is not { } list) return [];
        var section = new KeySection(bag);
        var keys = ImmutableArray.CreateBuilder<KeyPlan>();
        foreach (var item in list.Items)
            if (section.ReadOne(item) is { } key) keys.Add(key);
        keys.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return keys.ToImmutable();
    }

    private KeyPlan? ReadOne(YamlNode item)
    {
        if (MapReader.Over(item, SpecShapes.Key, "a key", _bag) is not { } reader) return null;
        var name = ReadName(reader.Find("name"));
        var hash = ReadHash(reader.Find("hash"));
        var mayTune = _bag.Flag(reader.Find("tune"), "'tune'") ?? false;
        return name is null || hash is null ? null : new KeyPlan(name, hash) { MayTune = mayTune };
    }

    private string? ReadName(YamlNode? node)
    {
        if (_bag.Text(node, "'name'") is not { } name || node is null || !Names.Check(name, node.At, "key", _bag)) return null;
        if (_names.TryAdd(name, node.At)) return name;
        _bag.Add(DiagnosticRule.DuplicateApiKey, node.At, $"key '{Shown.Text(name)}' is listed twice, first in line {_names[name].Line}");
        return null;
    }

    // The value is never repeated: the likeliest mistake is to paste the key itself.
    private string? ReadHash(YamlNode? node)
    {
        if (_bag.Text(node, "'hash'") is not { } text || node is null) return null;
        if (!HashFormat().IsMatch(text))
        {
            _bag.Add(DiagnosticRule.InvalidKeyHash, node.At, "'hash' must be 'sha256:' and 64 hex digits",
                "'causeway key new' makes a key and its hash");
            return null;
        }
        var hash = text.ToLowerInvariant();
        if (_hashes.TryAdd(hash, node.At)) return hash;
        _bag.Add(DiagnosticRule.DuplicateApiKey, node.At, $"the same hash is listed in line {_hashes[hash].Line}");
        return null;
    }

    [GeneratedRegex(@"\Asha256:[0-9a-fA-F]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HashFormat();
}
