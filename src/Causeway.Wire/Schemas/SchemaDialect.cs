namespace Causeway.Wire.Schemas;

/// <summary>Which keywords mean something in a resource.</summary>
internal sealed record SchemaDialect
{
    public const string Address = "https://json-schema.org/draft/2020-12/schema";

    private const string VocabularyPrefix = "https://json-schema.org/draft/2020-12/vocab/";

    public static SchemaDialect Current { get; } = new();

    public bool HasApplicators { get; private init; } = true;

    public bool HasUnevaluated { get; private init; } = true;

    public bool HasValidation { get; private init; } = true;

    /// <summary>The meta-schema itself demands that <c>format</c> asserts.</summary>
    public bool AssertsFormats { get; private init; }

    /// <summary>A draft before 2020-12: <c>items</c> may be an array with <c>additionalItems</c> behind it, and there is no <c>prefixItems</c>.</summary>
    public bool IsOlder { get; private init; }

    /// <summary>The dialect that a well-known <c>$schema</c> names; null for any other address.</summary>
    public static SchemaDialect? Known(string schema) => schema.TrimEnd('#') switch
    {
        Address => Current,
        "https://json-schema.org/draft/2019-09/schema" => new SchemaDialect { IsOlder = true },
        "http://json-schema.org/draft-07/schema" or "https://json-schema.org/draft-07/schema" or
        "http://json-schema.org/draft-06/schema" or "http://json-schema.org/schema" => new SchemaDialect { IsOlder = true },
        _ => null,
    };

    /// <summary>The dialect of a meta-schema's <c>$vocabulary</c>; null when it demands one that is not known, named in <paramref name="unknown"/>.</summary>
    public static SchemaDialect? Of(JsonTree vocabulary, out string unknown)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        unknown = "";
        for (var i = 0; i < vocabulary.Names.Length; i++)
        {
            var name = vocabulary.Names[i];
            var isOurs = name.StartsWith(VocabularyPrefix, StringComparison.Ordinal);
            if (isOurs) names.Add(name[VocabularyPrefix.Length..]);
            else if (vocabulary.Items[i].Kind == JsonKind.True) unknown = name;
        }
        if (unknown.Length > 0) return null;
        return new SchemaDialect
        {
            HasApplicators = names.Contains("applicator"),
            HasUnevaluated = names.Contains("unevaluated"),
            HasValidation = names.Contains("validation"),
            AssertsFormats = names.Contains("format-assertion"),
        };
    }
}
