using System.Collections.Immutable;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Spec.Yaml;
using Causeway.Wire.Chat;

namespace Causeway.Spec.Sections;

/// <summary>Reads <c>params</c>, at the top and of a route, which says only what is different.</summary>
internal static class ParamsSection
{
    private const int MaxFields = 200;
    private const int MaxNameLength = 64;

    public static ParamsPlan Read(YamlNode? node, ParamsPlan above, DiagnosticBag bag)
    {
        if (node is not YamlMapping) return node is null ? above : above with { Mode = bag.Choice(node, "'params'", PlanWords.ParamsModes) ?? above.Mode };
        if (MapReader.Over(node, SpecShapes.Params, "'params'", bag) is not { } reader) return above;
        var mode = reader.Find("mode") is { } word ? bag.Choice(word, "'mode'", PlanWords.ParamsModes) : null;
        return new ParamsPlan(mode ?? above.Mode, ReadFields(reader.Find("fields"), above.Fields, bag));
    }

    private static ImmutableSortedDictionary<string, FieldAction> ReadFields(
        YamlNode? node, ImmutableSortedDictionary<string, FieldAction> fields, DiagnosticBag bag)
    {
        if (bag.Mapping(node, "'fields'") is not { } mapping) return fields;
        if (mapping.Entries.Length > MaxFields) bag.Add(DiagnosticRule.OutOfRange, mapping.At, $"'fields' has at most {MaxFields} entries");
        foreach (var (key, value) in mapping.Entries.Take(MaxFields))
        {
            CheckName(key, bag);
            if (bag.Choice(value, $"'{Shown.Text(key.Text)}'", PlanWords.FieldActions) is not { } action) continue;
            CheckAction(key, action, bag);
            fields = fields.SetItem(key.Text, action);
        }
        return fields;
    }

    private static void CheckName(YamlScalar key, DiagnosticBag bag)
    {
        if (key.Text.Length is 0 or > MaxNameLength || key.Text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')))
        {
            bag.Add(DiagnosticRule.InvalidName, key.At, $"a field has 1 to {MaxNameLength} characters of a-z, A-Z, 0-9, '_', '.', '-'");
            return;
        }
        if (IsKnown(key.Text) || Spelling.Nearest(key.Text, Known) is not { } near) return;
        bag.Add(DiagnosticRule.UnknownField, key.At, $"'{Shown.Text(key.Text)}' is no field of OpenAI's", $"did you mean '{near}'? Nothing to mend if an extension is called so");
    }

    private static void CheckAction(YamlScalar key, FieldAction action, DiagnosticBag bag)
    {
        if (key.Text is "model" or "messages")
            bag.Add(DiagnosticRule.FieldWithoutRemedy, key.At, $"'{key.Text}' cannot be left out of a request", "its parts have names of their own: role.developer, images, …");
        else if (action == FieldAction.Emulate && !FieldRules.All.Any(rule => rule.Remedy is Remedy.Map or Remedy.Emulate && Names(rule).Contains(key.Text)))
            bag.Add(DiagnosticRule.FieldWithoutRemedy, key.At, $"the gateway cannot emulate '{Shown.Text(key.Text)}'", "pass, drop and refuse are possible");
    }

    private static IEnumerable<string> Known => ChatMembers.Names.Concat(Features.Ids);

    private static bool IsKnown(string name) => Known.Contains(name, StringComparer.Ordinal);

    private static string[] Names(FieldRule rule) => [Features.IdOf(rule.Feature), ChatMembers.NameOf(rule.Member)];
}
