namespace Causeway.Wire.Schemas;

/// <summary>Every subschema of the documents at hand: where it stands, which resource it belongs to, what anchors name it.</summary>
internal sealed class SchemaIndex(SchemaDocuments documents)
{
    private static readonly HashSet<string> s_single = new(StringComparer.Ordinal)
    {
        "additionalProperties", "propertyNames", "items", "additionalItems", "contains", "not", "if", "then", "else",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema",
    };

    private static readonly HashSet<string> s_lists = new(StringComparer.Ordinal) { "allOf", "anyOf", "oneOf", "prefixItems", "items" };

    private static readonly HashSet<string> s_maps = new(StringComparer.Ordinal)
    {
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies",
    };

    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<JsonTree, SchemaSite> _sites = new(ReferenceEqualityComparer.Instance);

    public IEnumerable<SchemaResource> Resources => _resources.Values;

    public SchemaError? Error { get; private set; }

    /// <summary>The resource at an address, loading the document if there is one; null when there is none.</summary>
    public SchemaResource? Find(SchemaUri address)
    {
        if (_resources.TryGetValue(address.Document, out var known)) return known;
        if (documents.Load(address.Document, out var problem) is not { } document)
        {
            if (problem is not null) Fail(new SchemaPlace(null, address.Document), problem);
            return null;
        }
        return AddDocument(document, SchemaUri.Parse(address.Document), new SchemaPlace(null, address.Document), SchemaDialect.Current);
    }

    /// <summary>Takes in a whole document. Its own <c>$id</c>, when it has one, is a second address of it.</summary>
    public SchemaResource AddDocument(JsonTree document, SchemaUri address, SchemaPlace place, SchemaDialect fallback)
    {
        var resource = new SchemaResource(address, DialectOf(document, place) ?? fallback) { Root = document };
        _resources[address.Document] = resource;
        Visit(document, resource, place);
        return _resources[address.Document] = SiteOf(document)?.Resource ?? resource;
    }

    public SchemaSite? SiteOf(JsonTree schema) => _sites.GetValueOrDefault(schema);

    /// <summary>Takes in a schema that only a pointer found, below a keyword that nobody knows.</summary>
    public SchemaSite AddFound(JsonTree schema, SchemaResource resource, SchemaPlace place)
    {
        Visit(schema, resource, place);
        return _sites[schema];
    }

    private void Visit(JsonTree schema, SchemaResource resource, SchemaPlace place)
    {
        if (_sites.ContainsKey(schema)) return;
        if (schema.IsObject) resource = ResourceOf(schema, resource, place);
        _sites[schema] = new SchemaSite(resource, place);
        if (!schema.IsObject) return;
        AddAnchors(schema, resource, place);
        for (var i = 0; i < schema.Names.Length; i++) VisitKeyword(schema.Names[i], schema.Items[i], resource, place);
    }

    private void VisitKeyword(string name, JsonTree value, SchemaResource resource, SchemaPlace place)
    {
        if (s_lists.Contains(name) && value.IsArray)
            for (var i = 0; i < value.Items.Length; i++) Visit(value.Items[i], resource, place.Then(name).Then(i));
        else if (s_maps.Contains(name) && value.IsObject)
            for (var i = 0; i < value.Items.Length; i++) Visit(value.Items[i], resource, place.Then(name).Then(value.Names[i]));
        else if (s_single.Contains(name))
            Visit(value, resource, place.Then(name));
    }

    private SchemaResource ResourceOf(JsonTree schema, SchemaResource outer, SchemaPlace place)
    {
        if (schema.Find("$id") is not { } id) return outer;
        if (!id.IsString) return Fail(place.Then("$id"), "$id must be a string", outer);
        var address = outer.Address.Resolve(id.Text);
        if (!string.IsNullOrEmpty(address.Fragment)) return Fail(place.Then("$id"), "$id has no fragment: use $anchor", outer);
        if (address.Document.Length > SchemaUri.MaxLength) return Fail(place.Then("$id"), $"the address has more than {SchemaUri.MaxLength} characters", outer);
        if (address.Document == outer.Address.Document) return outer;
        var resource = new SchemaResource(address with { Fragment = null }, DialectOf(schema, place) ?? outer.Dialect) { Root = schema };
        return _resources.TryAdd(address.Document, resource) ? resource : Fail(place.Then("$id"), "two schemas have this $id", outer);
    }

    private SchemaDialect? DialectOf(JsonTree schema, SchemaPlace place)
    {
        if (!schema.IsObject || schema.Find("$schema") is not { } named) return null;
        if (!named.IsString) return Fail<SchemaDialect?>(place.Then("$schema"), "$schema must be a string", null);
        if (SchemaDialect.Known(named.Text) is { } known) return known;
        // A meta-schema is read for its vocabulary only, so that one which names itself does not go round.
        if (documents.Load(SchemaUri.Parse(named.Text).Document, out _) is not { } meta)
            return Fail<SchemaDialect?>(place.Then("$schema"), $"the dialect {Pointer.Cut(named.Text)} is not known; the one that is: {SchemaDialect.Address}", null);
        if (meta.Find("$vocabulary") is not { IsObject: true } vocabulary) return SchemaDialect.Current;
        return SchemaDialect.Of(vocabulary, out var unknown) ??
            Fail<SchemaDialect?>(place.Then("$schema"), $"the dialect demands the vocabulary {Pointer.Cut(unknown)}, which is not known", null);
    }

    private void AddAnchors(JsonTree schema, SchemaResource resource, SchemaPlace place)
    {
        if (schema.Find("$anchor") is { } anchor) AddAnchor(anchor, "$anchor", schema, resource, place);
        if (schema.Find("$dynamicAnchor") is not { } dynamic) return;
        AddAnchor(dynamic, "$dynamicAnchor", schema, resource, place);
        if (dynamic.IsString) resource.DynamicAnchors.TryAdd(dynamic.Text, schema);
    }

    private void AddAnchor(JsonTree anchor, string keyword, JsonTree schema, SchemaResource resource, SchemaPlace place)
    {
        if (!anchor.IsString || anchor.Text.Length == 0) Fail(place.Then(keyword), $"{keyword} must be a name");
        else if (!resource.Anchors.TryAdd(anchor.Text, schema) && resource.Anchors[anchor.Text] != schema)
            Fail(place.Then(keyword), $"two schemas have the anchor {Pointer.Cut(anchor.Text)}");
    }

    private void Fail(SchemaPlace place, string message) => Error ??= new SchemaError("", place.ToString(), message);

    private T Fail<T>(SchemaPlace place, string message, T instead)
    {
        Fail(place, message);
        return instead;
    }
}
