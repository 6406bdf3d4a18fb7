using Causeway.Spec.Diagnostics;
using Causeway.Spec.Values;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>A name of the spec's own for a model.</summary>
/// <param name="Id">The upstream's name of it; null when it could not be read, which was reported.</param>
internal sealed record ModelAlias(string? Id, bool IsEnabled, Position At);

/// <summary>The aliases of a spec, and which of them targets have named.</summary>
internal sealed class ModelSet(IReadOnlyDictionary<string, ModelAlias> aliases)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => aliases.Keys;

    /// <summary>The alias of this name, which is used from now on; null when it is no alias but a model's own name.</summary>
    public ModelAlias? Use(string name)
    {
        if (!aliases.TryGetValue(name, out var alias)) return null;
        _used.Add(name);
        return alias;
    }

    public void ReportUnused(DiagnosticBag bag)
    {
        foreach (var (name, alias) in aliases)
            if (!_used.Contains(name)) bag.Add(DiagnosticRule.UnusedAlias, alias.At, $"no target uses model '{Shown.Text(name)}'");
    }
}

internal static class ModelSection
{
    public static ModelSet Read(YamlNode? node, SpecContext context)
    {
        var aliases = new SortedDictionary<string, ModelAlias>(StringComparer.Ordinal);
        if (context.Bag.Mapping(node, "'models'") is { } mapping)
        {
            foreach (var (key, value) in mapping.Entries)
            {
                Names.Check(key.Text, key.At, "model", context.Bag);
                aliases.Add(key.Text, ReadOne(key, value, context));
            }
        }
        return new ModelSet(aliases);
    }

    private static ModelAlias ReadOne(YamlScalar key, YamlNode value, SpecContext context)
    {
        var bag = context.Bag;
        if (MapReader.Over(value, SpecShapes.Model, $"model '{Shown.Text(key.Text)}'", bag, key.At) is not { } reader)
            return new ModelAlias(null, IsEnabled: true, key.At);
        var node = reader.Find("id");
        var id = bag.Text(node, "'id'");
        if (id is not null && !Names.CheckModel(id, node!.At, allowPattern: false, bag)) id = null;
        return new ModelAlias(id, ReadFlag(reader.Find("enabled"), context) ?? true, key.At);
    }

    /// <summary>A boolean, or one that the environment holds. A flag that is not set is a mistake: it would be a guess which way it stands.</summary>
    private static bool? ReadFlag(YamlNode? node, SpecContext context)
    {
        if (node is YamlScalar { Kind: ScalarKind.Boolean } literal) return literal.Text.StartsWith('t') || literal.Text.StartsWith('T');
        if (node is not YamlScalar { Kind: ScalarKind.Text } scalar)
        {
            if (node is not null and not YamlRefused)
                context.Bag.Add(DiagnosticRule.WrongType, node.At, $"'enabled' must be true, false or a variable, found {node.Description}");
            return null;
        }
        if (EnvironmentText.Expand(scalar, context) is not { } expanded) return null;
        if (FlagText.Parse(expanded.Text.Reveal()) is { } flag) return flag;
        // The value is not repeated: whatever it is, somebody put it into the environment.
        context.Bag.Add(DiagnosticRule.UnknownValue, scalar.At, "'enabled' must come to true or false", "also on, off, 1, 0, yes and no");
        return null;
    }
}
