using Causeway.Wire.Schemas.Keywords;
using Causeway.Wire.Schemas.Patterns;

namespace Causeway.Wire.Schemas;

/// <summary>Turns a schema into nodes. Each subschema becomes one node, by a queue: neither nesting nor references use the stack.</summary>
internal sealed class SchemaCompiler
{
    private readonly JsonSchemaOptions _options;
    private readonly SchemaIndex _index;
    private readonly Dictionary<JsonTree, SchemaNode> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(JsonTree Schema, SchemaSite Site, SchemaNode Node)> _pending = [];
    private readonly HashSet<string> _dynamicNames = new(StringComparer.Ordinal);
    private SchemaError? _error;

    public SchemaCompiler(JsonSchemaOptions options)
    {
        _options = options;
        _index = new SchemaIndex(new SchemaDocuments(options));
        Patterns = new PatternCache(options.PatternTime);
    }

    public PatternCache Patterns { get; }

    public SchemaError? Error => _index.Error ?? _error;

    /// <summary>The node of the whole schema; of no use when there is an <see cref="Error"/>.</summary>
    public SchemaNode? Compile(ReadOnlySpan<byte> schema)
    {
        var here = new SchemaPlace(null, "");
        if (SchemaDocuments.Read(schema, _options, out var problem) is not { } document)
        {
            Fail(here, $"the schema cannot be read: {problem}");
            return null;
        }
        _index.AddDocument(document, SchemaUri.Parse(""), here, SchemaDialect.Current);
        var root = NodeAt(document, here);
        do
        {
            while (Error is null && _pending.TryDequeue(out var next)) Fill(next.Schema, next.Site, next.Node);
            CompileDynamicAnchors();
        }
        while (Error is null && _pending.Count > 0);
        return root;
    }

    /// <summary>The node of a subschema, which may not be filled in yet.</summary>
    public SchemaNode NodeAt(JsonTree schema, SchemaPlace place)
    {
        if (_nodes.TryGetValue(schema, out var known)) return known;
        var site = _index.SiteOf(schema) ?? throw new InvalidOperationException($"{place} was not indexed");
        var node = new SchemaNode(site.Resource, site.Place);
        _nodes[schema] = node;
        _pending.Enqueue((schema, site, node));
        return node;
    }

    /// <summary>What a <c>$ref</c> names. The error names what is missing.</summary>
    /// <param name="reference">As it is written.</param>
    /// <param name="source">The keyword it is written in.</param>
    /// <param name="dynamicAnchor">Set when the reference ends in a <c>$dynamicAnchor</c>'s name.</param>
    public SchemaNode? Resolve(string reference, in KeywordSource source, out string? dynamicAnchor)
    {
        dynamicAnchor = null;
        var target = source.Site.Resource.Address.Resolve(reference);
        if (target.Document.Length > SchemaUri.MaxLength || _index.Find(target) is not { } resource)
            return Missing(source, $"refers to {Pointer.Cut(target.Document)}, which is not here; nothing is fetched: put it under $defs with that $id");
        var fragment = Uri.UnescapeDataString(target.Fragment ?? "");
        if (fragment.Length == 0) return NodeAt(resource.Root, source.Place);
        if (fragment[0] == '/') return Follow(fragment, resource) ?? Missing(source, $"refers to {Pointer.Cut(reference)}, where nothing stands");
        if (!resource.Anchors.TryGetValue(fragment, out var anchored)) return Missing(source, $"refers to the anchor {Pointer.Cut(fragment)}, which nothing has");
        if (resource.DynamicAnchors.GetValueOrDefault(fragment) == anchored) dynamicAnchor = fragment;
        return NodeAt(anchored, source.Place);
    }

    /// <summary>From now on, every subschema with this <c>$dynamicAnchor</c> may be a target.</summary>
    public void UseDynamicAnchor(string name) => _dynamicNames.Add(name);

    public void Fail(SchemaPlace place, string message) => _error ??= new SchemaError("", place.ToString(), message);

    private SchemaNode? Missing(in KeywordSource source, string message)
    {
        Fail(source.Place, message);
        return null;
    }

    private SchemaNode? Follow(string pointer, SchemaResource resource)
    {
        var tree = resource.Root;
        var place = _index.SiteOf(tree)?.Place ?? new SchemaPlace(null, resource.Address.Document);
        foreach (var step in pointer.Split('/').Skip(1))
        {
            var segment = Pointer.Unescape(step);
            var index = tree.IsObject ? tree.IndexOf(segment) : tree.IsArray ? Pointer.Index(segment) : -1;
            if (index < 0 || index >= tree.Items.Length) return null;
            tree = tree.Items[index];
            place = place.Then(segment);
            if (_index.SiteOf(tree) is { } site) (resource, place) = (site.Resource, site.Place);
        }
        if (_index.SiteOf(tree) is null) _index.AddFound(tree, resource, place);
        return NodeAt(tree, place);
    }

    private void CompileDynamicAnchors()
    {
        foreach (var resource in _index.Resources)
            foreach (var name in _dynamicNames)
                if (resource.DynamicAnchors.TryGetValue(name, out var schema) && !resource.DynamicNodes.ContainsKey(name))
                    resource.DynamicNodes[name] = NodeAt(schema, new SchemaPlace(null, name));
    }

    private void Fill(JsonTree schema, SchemaSite site, SchemaNode node)
    {
        node.IsNever = schema.Kind == JsonKind.False;
        if (schema.Kind is JsonKind.False or JsonKind.True) return;
        if (!schema.IsObject)
        {
            Fail(site.Place, "a schema is an object, true or false");
            return;
        }
        var keywords = new List<Keyword>();
        for (var i = 0; i < schema.Names.Length && Error is null; i++)
        {
            var source = new KeywordSource(this, site, _options, schema, schema.Names[i], schema.Items[i]);
            if (KeywordReader.Read(in source) is { } keyword) keywords.Add(keyword);
        }
        node.Keywords = [.. keywords.Where(keyword => !keyword.IsLast), .. keywords.Where(keyword => keyword.IsLast)];
        node.NeedsMarks = keywords.Exists(keyword => keyword.IsLast);
    }
}
