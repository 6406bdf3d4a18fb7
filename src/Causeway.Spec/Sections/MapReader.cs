using Causeway.Spec.Diagnostics;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>
/// Reads a mapping with a fixed set of keys. Unknown and missing keys are reported when it is made, so a section parser only says
/// what each key means, and a key that the shape does not have cannot be read at all.
/// </summary>
internal sealed class MapReader
{
    private readonly MapShape _shape;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);

    private MapReader(MapShape shape, YamlMapping mapping, DiagnosticBag bag)
    {
        _shape = shape;
        At = mapping.At;
        foreach (var (key, value) in mapping.Entries)
        {
            if (shape.Names.Contains(key.Text)) _values.Add(key.Text, value);
            else bag.Add(DiagnosticRule.UnknownKey, key.At, $"unknown key '{Shown.Text(key.Text)}'", key.Text, shape.Names);
        }
    }

    public Position At { get; }

    /// <summary>Null when the node is no mapping, or is not there; the first is reported.</summary>
    /// <param name="what">What the mapping is, for messages: "upstream 'local'".</param>
    /// <param name="at">Where to report missing keys: the key that the mapping belongs to, if it has one.</param>
    public static MapReader? Over(YamlNode? node, MapShape shape, string what, DiagnosticBag bag, Position? at = null)
    {
        if (bag.Mapping(node, what) is not { } mapping) return null;
        var reader = new MapReader(shape, mapping, bag);
        foreach (var key in shape.Keys)
            if (key.IsRequired && !mapping.Entries.Any(entry => entry.Key.Text == key.Name))
                bag.Add(DiagnosticRule.MissingKey, at ?? mapping.At, $"{what} needs the key '{key.Name}'");
        return reader;
    }

    /// <summary>The key's value; null when it is not there, which was reported if it is required.</summary>
    public YamlNode? Find(string key)
    {
        if (!_shape.Names.Contains(key)) throw new ArgumentOutOfRangeException(nameof(key), key, $"not a key of '{_shape.Path}'");
        return _values.GetValueOrDefault(key);
    }
}
