using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Spec.Profiles;

/// <summary>Reads a profile file. Everything it does not know is an error: a misspelt feature would be a capability nobody measured.</summary>
internal static partial class ProfileReader
{
    private const int MaxBytes = 256 << 10;
    private const int MaxText = 500;
    private const int MaxExtraFields = 200;

    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out CapabilityProfile? profile, [NotNullWhen(false)] out string? error)
    {
        (profile, error) = (null, null);
        try
        {
            if (json.Length > MaxBytes) throw new FormatException("a profile has at most 256 KiB");
            using var document = JsonDocument.Parse(json, _options);
            profile = ReadRoot(document.RootElement);
            return true;
        }
        catch (FormatException fault)
        {
            error = fault.Message;
        }
        catch (JsonException fault)
        {
            error = $"not valid JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}, or a member is given twice";
        }
        catch (InvalidOperationException)
        {
            error = "a text is not valid Unicode";
        }
        return false;
    }

    private static CapabilityProfile ReadRoot(JsonElement root)
    {
        Members(root, "the profile", ["profile", "name", "source", "measured", "features", "extraFields", "toolNames", "maxTokens", "reasoning", "dialects"]);
        if (!root.TryGetProperty("profile", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != CapabilityProfile.FormatVersion)
            throw new FormatException($"'profile' must be {CapabilityProfile.FormatVersion}, the version of the format");
        var name = Text(Required(root, "name"), "'name'");
        if (!NameShape().IsMatch(name)) throw new FormatException("'name' must be 1 to 128 characters of a-z, 0-9, '.', '_', ':', '/', '-'");
        return new CapabilityProfile
        {
            Name = name,
            Source = Text(Required(root, "source"), "'source'"),
            Measured = root.TryGetProperty("measured", out var measured) ? ReadDate(measured) : null,
            Facts = ReadFeatures(Required(root, "features")),
            ExtraFields = root.TryGetProperty("extraFields", out var extras) ? [.. ReadExtras(extras)] : [],
            ToolNames = root.TryGetProperty("toolNames", out var names) ? ReadToolNames(names) : null,
            MaxTokens = root.TryGetProperty("maxTokens", out var maxTokens) ? ReadMaxTokens(maxTokens) : default,
            Reasoning = root.TryGetProperty("reasoning", out var reasoning) ? ReadReasoning(reasoning) : default,
            Dialects = root.TryGetProperty("dialects", out var dialects) ? ReadDialects(dialects) : [],
        };
    }

    private static Dictionary<Feature, FeatureFact> ReadFeatures(JsonElement element)
    {
        Members(element, "'features'", Features.Ids);
        var facts = new Dictionary<Feature, FeatureFact>();
        foreach (var member in element.EnumerateObject())
            if (Features.TryParse(member.Name, out var feature)) facts[feature] = ReadFact(member.Value, $"'features.{member.Name}'");
        return facts;
    }

    private static FeatureFact ReadFact(JsonElement element, string what)
    {
        if (element.ValueKind == JsonValueKind.String) return new FeatureFact(ReadSupport(element, what));
        Members(element, what, ["support", "evidence"]);
        var evidence = element.TryGetProperty("evidence", out var said) ? Text(said, $"'evidence' of {what}") : null;
        return new FeatureFact(ReadSupport(Required(element, "support"), $"'support' of {what}"), evidence);
    }

    private static Support ReadSupport(JsonElement element, string what) =>
        ProfileWords.TryParse(Text(element, what), out var support) ? support : throw new FormatException($"{what} must be native, absent or unknown");

    private static DateOnly? ReadDate(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null) return null;
        return DateOnly.TryParseExact(Text(element, "'measured'"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : throw new FormatException("'measured' must be a date like 2026-08-31, or null");
    }

    private static IEnumerable<string> ReadExtras(JsonElement element)
    {
        var fields = Texts(element, "'extraFields'");
        if (fields.Count > MaxExtraFields) throw new FormatException($"'extraFields' has at most {MaxExtraFields} entries");
        if (fields.Find(field => field.Length is 0 or > 64) is { } wrong) throw new FormatException($"'extraFields' has a name of {wrong.Length} characters; 1 to 64 are allowed");
        return fields.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal);
    }

    private static ToolNameRule ReadToolNames(JsonElement element)
    {
        Members(element, "'toolNames'", ["characters", "maxLength"]);
        var rule = new ToolNameRule(Text(Required(element, "characters"), "'toolNames.characters'"), Integer(Required(element, "maxLength"), "'toolNames.maxLength'", 16, 256));
        // Names are mangled with digits and an underscore, which therefore must be legal everywhere.
        if (!"_0123456789abcdef".All(rule.Allows)) throw new FormatException("'toolNames.characters' must allow 0-9, a-f and '_'");
        return rule;
    }

    private static MaxTokensRule ReadMaxTokens(JsonElement element)
    {
        Members(element, "'maxTokens'", ["default", "cap"]);
        var rule = new MaxTokensRule(Optional("default"), Optional("cap"));
        return rule.Default > rule.Cap ? throw new FormatException("'maxTokens.default' is larger than 'maxTokens.cap'") : rule;

        int? Optional(string name) => element.TryGetProperty(name, out var value) ? Integer(value, $"'maxTokens.{name}'", 1, MaxTokensRule.Largest) : null;
    }

    private static ReasoningFact ReadReasoning(JsonElement element)
    {
        Members(element, "'reasoning'", ["field", "tags", "opened"]);
        var field = element.TryGetProperty("field", out var name) ? Text(name, "'reasoning.field'") : null;
        if (field is { Length: 0 or > 64 }) throw new FormatException("'reasoning.field' has 1 to 64 characters");
        return new ReasoningFact(field, Flag("tags"), Flag("opened"));

        bool Flag(string flag)
        {
            if (!element.TryGetProperty(flag, out var value)) return false;
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new FormatException($"'reasoning.{flag}' must be true or false");
        }
    }

    private static ImmutableArray<string> ReadDialects(JsonElement element)
    {
        var words = Texts(element, "'dialects'");
        if (words.Find(word => !ProfileWords.Dialects.Contains(word)) is not null || words.Distinct().Count() != words.Count)
            throw new FormatException($"'dialects' lists each of these at most once: {string.Join(", ", ProfileWords.Dialects)}");
        return [.. words];
    }

    private static void Members(JsonElement element, string what, IReadOnlyCollection<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new FormatException($"{what} must be an object");
        foreach (var member in element.EnumerateObject())
            if (!known.Contains(member.Name)) throw new FormatException($"{what} has the unknown member '{Diagnostics.Shown.Text(member.Name)}'");
    }

    private static JsonElement Required(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : throw new FormatException($"'{name}' is missing");

    private static List<string> Texts(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(item => Text(item, what))] : throw new FormatException($"{what} must be a list of texts");

    private static string Text(JsonElement element, string what)
    {
        if (element.ValueKind != JsonValueKind.String) throw new FormatException($"{what} must be text");
        var text = element.GetString() ?? "";
        return text.Length <= MaxText ? text : throw new FormatException($"{what} has at most {MaxText} characters");
    }

    private static int Integer(JsonElement element, string what, int min, int max) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) && value >= min && value <= max
            ? value : throw new FormatException($"{what} must be a whole number from {min} to {max}");

    [GeneratedRegex(@"\A[a-z0-9._:/-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameShape();
}
