using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Spec.Diagnostics;
using Causeway.Spec.Plans;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Sections;

internal static partial class PriceSection
{
    private const decimal MaxPrice = 1_000_000m;

    public static SortedDictionary<string, ModelPrice> Read(YamlNode? node, DiagnosticBag bag)
    {
        var prices = new SortedDictionary<string, ModelPrice>(StringComparer.Ordinal);
        if (bag.Mapping(node, "'prices'") is not { } mapping) return prices;
        foreach (var (key, value) in mapping.Entries)
        {
            var isNameGood = Names.CheckModel(key.Text, key.At, allowPattern: false, bag);
            if (ReadOne(key, value, bag) is { } price && isNameGood) prices.Add(key.Text, price);
        }
        return prices;
    }

    private static ModelPrice? ReadOne(YamlScalar key, YamlNode value, DiagnosticBag bag)
    {
        if (MapReader.Over(value, SpecShapes.Price, $"the price of '{Shown.Text(key.Text)}'", bag, key.At) is not { } reader) return null;
        var prompt = ReadNumber("prompt");
        var completion = ReadNumber("completion");
        var cached = ReadNumber("cached") ?? prompt;
        return prompt is { } p && completion is { } c && cached is { } k ? new ModelPrice(p, c, k) : null;

        decimal? ReadNumber(string name) => ReadPrice(reader.Find(name), $"'{name}'", bag);
    }

    private static decimal? ReadPrice(YamlNode? node, string what, DiagnosticBag bag)
    {
        if (node is null or YamlRefused) return null;
        if (node is not YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Number } scalar || !Format().IsMatch(scalar.Text))
            return bag.Invalid<decimal>(DiagnosticRule.InvalidPrice, node,
                $"{what} must be a number of US dollars per million tokens, e.g. 0.15, without quotes");
        var price = decimal.Parse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (price <= MaxPrice) return price;
        return bag.Invalid<decimal>(DiagnosticRule.InvalidPrice, node, $"{what} must be at most 1000000 US dollars per million tokens");
    }

    [GeneratedRegex(@"\A([0-9]{1,15}(\.[0-9]{0,9})?|\.[0-9]{1,9})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Format();
}
