namespace Causeway.Wire.Schemas.Keywords;

/// <summary>A keyword as it is written, with what reading it needs.</summary>
/// <param name="Compiler">Gives the nodes of subschemas, takes mistakes.</param>
/// <param name="Site">Where the schema around it stands.</param>
/// <param name="Options">How the schema is compiled.</param>
/// <param name="Schema">The schema around it: some keywords ask their neighbours.</param>
/// <param name="Name">The keyword.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct KeywordSource(
    SchemaCompiler Compiler, SchemaSite Site, JsonSchemaOptions Options, JsonTree Schema, string Name, JsonTree Value)
{
    public SchemaPlace Place => Site.Place.Then(Name);

    public SchemaDialect Dialect => Site.Resource.Dialect;

    /// <summary>Notes a mistake; always null, for whoever has no keyword to give.</summary>
    public Keyword? Fail(string message)
    {
        Compiler.Fail(Place, $"{Name} {message}");
        return null;
    }

    /// <summary>The value as a subschema.</summary>
    public SchemaNode Node() => Compiler.NodeAt(Value, Place);

    /// <summary>The subschema of a keyword beside this one; null when it is not there.</summary>
    public SchemaNode? Beside(string name) => Schema.Find(name) is { } schema ? Compiler.NodeAt(schema, Site.Place.Then(name)) : null;

    /// <summary>The subschemas in an array or an object; null, with a mistake noted, when the value is not of that kind.</summary>
    public SchemaNode[]? Nodes(JsonKind kind)
    {
        if (Value.Kind != kind)
        {
            Fail(kind == JsonKind.Array ? "must be an array of schemas" : "must be an object of schemas");
            return null;
        }
        var nodes = new SchemaNode[Value.Items.Length];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = Compiler.NodeAt(Value.Items[i], Place);
        return nodes;
    }

    /// <summary>The value as a count; null, with a mistake noted, when it is none. More than fit an <see cref="int"/> are as good as no bound.</summary>
    public int? Count()
    {
        if (Value.IsNumber && Value.Number is { IsInteger: true, Sign: >= 0 })
            return Value.Number.TryGetCount(out var count) ? count : int.MaxValue;
        Fail("must be a whole number, zero or more");
        return null;
    }

    /// <summary>The value as a list of names; null, with a mistake noted, when it is none.</summary>
    public string[]? Names(JsonTree value)
    {
        if (value.IsArray && Array.TrueForAll(value.Items, item => item.IsString)) return Array.ConvertAll(value.Items, item => item.Text);
        Fail("must be an array of strings");
        return null;
    }
}
