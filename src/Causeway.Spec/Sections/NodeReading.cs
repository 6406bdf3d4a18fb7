using System.Collections.Immutable;
using System.Globalization;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Values;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

/// <summary>
/// Nodes as values of a type. Each method answers null for a node that is absent, was refused before, or is not of the type;
/// only the last is reported, and never with the value itself unless it is one that cannot be a secret.
/// </summary>
internal static class NodeReading
{
    extension(DiagnosticBag bag)
    {
        public YamlMapping? Mapping(YamlNode? node, string what) =>
            node as YamlMapping ?? bag.WrongType<YamlMapping>(node, what, "a mapping");

        public YamlSequence? Sequence(YamlNode? node, string what) =>
            node as YamlSequence ?? bag.WrongType<YamlSequence>(node, what, "a list");

        /// <summary>A scalar that is text by YAML's core schema, whatever is in it.</summary>
        public YamlScalar? TextNode(YamlNode? node, string what) =>
            node is YamlScalar { Kind: ScalarKind.Text } scalar ? scalar : bag.WrongType<YamlScalar>(node, what, "text");

        /// <summary>
        /// Text that takes no environment reference: one that is there would be forwarded as it stands, which nobody means.
        /// </summary>
        public string? Text(YamlNode? node, string what)
        {
            if (bag.TextNode(node, what) is not { } scalar) return null;
            if (!scalar.Text.Contains("${", StringComparison.Ordinal)) return scalar.Text;
            bag.Add(DiagnosticRule.Environment, scalar.At, $"{what} does not take environment references",
                "'apiKey', 'headers', 'baseUrl', 'endpoint', 'credentials' and 'enabled' do");
            return null;
        }

        /// <summary>One of a few words. Quotes make no difference: <c>2</c> can only mean <c>"2"</c> here.</summary>
        public T? Choice<T>(YamlNode? node, string what, ImmutableArray<(string Word, T Value)> choices) where T : struct
        {
            if (node is not YamlScalar { Kind: not ScalarKind.Null } scalar)
            {
                bag.WrongType<YamlScalar>(node, what, "text");
                return null;
            }
            foreach (var (word, value) in choices)
                if (word == scalar.Text) return value;
            var words = choices.Select(choice => choice.Word).ToList();
            var allowed = words.Count == 1 ? $"must be {words[0]}" : $"must be one of {string.Join(", ", words)}";
            bag.Add(DiagnosticRule.UnknownValue, scalar.At, $"{what} {allowed}, not '{Shown.Text(scalar.Text)}'", scalar.Text, words);
            return null;
        }

        /// <summary>True or false, as YAML spells them.</summary>
        public bool? Flag(YamlNode? node, string what)
        {
            if (node is YamlScalar { Kind: ScalarKind.Boolean } scalar) return scalar.Text.StartsWith('t') || scalar.Text.StartsWith('T');
            bag.WrongType<YamlScalar>(node, what, "true or false");
            return null;
        }

        public int? Integer(YamlNode? node, string what, int min, int max)
        {
            if (node is not YamlScalar { Kind: ScalarKind.Integer } scalar)
            {
                bag.WrongType<YamlScalar>(node, what, "a whole number");
                return null;
            }
            var isInt = int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
            if (isInt && value >= min && value <= max) return value;
            return bag.OutOfRange<int>(scalar, what, Invariant(min), Invariant(max));
        }

        public TimeSpan? Duration(YamlNode? node, string what, TimeSpan min, TimeSpan max)
        {
            if (node is null or YamlRefused) return null;
            if (node is not YamlScalar { Kind: not ScalarKind.Null } scalar || DurationText.Parse(scalar.Text) is not { } value)
                return bag.Invalid<TimeSpan>(DiagnosticRule.InvalidDuration, node,
                    $"{what} must be a duration such as 250ms, 30s, 10m or 1h");
            if (value >= min && value <= max) return value;
            return bag.OutOfRange<TimeSpan>(scalar, what, DurationText.Format(min), DurationText.Format(max));
        }

        public long? Size(YamlNode? node, string what, long min, long max)
        {
            if (node is null or YamlRefused) return null;
            if (node is not YamlScalar { Kind: not ScalarKind.Null } scalar || SizeText.Parse(scalar.Text) is not { } value)
                return bag.Invalid<long>(DiagnosticRule.InvalidSize, node,
                    $"{what} must be a size such as 32MiB, 500KB or a number of bytes");
            if (value >= min && value <= max) return value;
            return bag.OutOfRange<long>(scalar, what, SizeText.Format(min), SizeText.Format(max));
        }

        /// <summary>A wrong value of a kind that has a rule of its own. Always null, so that callers can return it.</summary>
        public T? Invalid<T>(DiagnosticRule rule, YamlNode node, string message) where T : struct
        {
            bag.Add(rule, node.At, node is YamlScalar { Kind: not ScalarKind.Null } scalar
                ? $"{message}, not '{Shown.Text(scalar.Text)}'"
                : $"{message}, found {node.Description}");
            return null;
        }

        private T? OutOfRange<T>(YamlScalar scalar, string what, string min, string max) where T : struct
        {
            bag.Add(DiagnosticRule.OutOfRange, scalar.At, $"{what} must be from {min} to {max}, not {Shown.Text(scalar.Text)}");
            return null;
        }

        private T? WrongType<T>(YamlNode? node, string what, string wanted) where T : YamlNode
        {
            if (node is null or YamlRefused) return null;
            var hint = (node, wanted) switch
            {
                (YamlScalar { Kind: ScalarKind.Null }, _) => "give it a value or remove the key",
                (YamlScalar, "text") => "write it in quotes",
                (YamlScalar { Kind: ScalarKind.Text }, "a whole number") => "a number has no quotes and no unit",
                _ => null,
            };
            bag.Add(DiagnosticRule.WrongType, node.At, $"{what} must be {wanted}, found {node.Description}", hint);
            return null;
        }
    }

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);
}
