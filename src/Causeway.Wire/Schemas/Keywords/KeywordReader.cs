namespace Causeway.Wire.Schemas.Keywords;

/// <summary>The one table of keywords.</summary>
internal static class KeywordReader
{
    /// <summary>Null when the keyword asserts nothing, is unknown, or has a mistake in it (which is then noted).</summary>
    public static Keyword? Read(in KeywordSource source) => source.Name switch
    {
        "$ref" => ReferenceKeyword.Read(source),
        "$dynamicRef" => DynamicReferenceKeyword.Read(source),
        "$recursiveRef" when source.Dialect.IsOlder => source.Fail("is not supported: use $dynamicRef of draft 2020-12"),
        "$defs" or "definitions" => CompileOnly(source),
        "unevaluatedProperties" or "unevaluatedItems" => source.Dialect.HasUnevaluated ? UnevaluatedKeyword.Read(source) : null,
        "format" => source.Options.AssertFormats || source.Dialect.AssertsFormats ? FormatKeyword.Read(source) : null,
        _ => (source.Dialect.HasApplicators ? Applicator(source) : null) ?? (source.Dialect.HasValidation ? Assertion(source) : null),
    };

    private static Keyword? Applicator(in KeywordSource source) => source.Name switch
    {
        "allOf" => AllOfKeyword.Read(source),
        "anyOf" => AnyOfKeyword.Read(source),
        "oneOf" => OneOfKeyword.Read(source),
        "not" => new NotKeyword { Place = source.Place, Schema = source.Node() },
        "if" => new IfKeyword { Place = source.Place, If = source.Node(), Then = source.Beside("then"), Else = source.Beside("else") },
        "dependentSchemas" => DependentSchemasKeyword.Read(source),
        "dependencies" => DependenciesKeyword.Read(source),
        "properties" => PropertiesKeyword.Read(source),
        "patternProperties" => PatternPropertiesKeyword.Read(source),
        "additionalProperties" => AdditionalPropertiesKeyword.Read(source),
        "propertyNames" => new PropertyNamesKeyword { Place = source.Place, Schema = source.Node() },
        "prefixItems" when !source.Dialect.IsOlder => ItemKeywords.Prefix(source),
        "items" => ItemKeywords.Items(source),
        "additionalItems" when source.Dialect.IsOlder => ItemKeywords.Additional(source),
        "contains" => ContainsKeyword.Read(source),
        _ => null,
    };

    private static Keyword? Assertion(in KeywordSource source) => source.Name switch
    {
        "type" => TypeKeyword.Read(source),
        "enum" => EnumKeyword.Read(source),
        "const" => new EnumKeyword { Place = source.Place, Allowed = [source.Value] },
        "multipleOf" => MultipleOfKeyword.Read(source),
        "maximum" or "exclusiveMaximum" or "minimum" or "exclusiveMinimum" => RangeKeyword.Read(source),
        "maxLength" or "minLength" or "maxItems" or "minItems" or "maxProperties" or "minProperties" => CountKeyword.Read(source),
        "pattern" => PatternKeyword.Read(source),
        "uniqueItems" => UniqueItemsKeyword.Read(source),
        "required" => RequiredKeyword.Read(source),
        "dependentRequired" => DependentRequiredKeyword.Read(source),
        "minContains" or "maxContains" => CountOnly(source),
        _ => null,
    };

    // `contains` uses the value; here it is only seen to be one.
    private static Keyword? CountOnly(in KeywordSource source)
    {
        source.Count();
        return null;
    }

    // What nobody refers to is compiled too: a mistake in it should not wait for the day somebody does.
    private static Keyword? CompileOnly(in KeywordSource source)
    {
        source.Nodes(JsonKind.Object);
        return null;
    }
}
