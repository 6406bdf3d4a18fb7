using System.Globalization;
using System.Text.Json;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>A schema's document: every subschema by its place, and what references may name. Nothing is ever fetched.</summary>
internal sealed class SchemaDocument
{
    private const int MaxDepth = 128;
    private const int MaxSites = 200_000;

    private static readonly Uri s_nowhere = new("https://schema.invalid/");

    private static readonly HashSet<string> s_dialects = new(StringComparer.Ordinal)
    {
        "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft-07/schema", "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-04/schema",
        "http://json-schema.org/schema",
    };

    private static readonly string[] s_single =
    [
        "additionalProperties", "propertyNames", "items", "additionalItems", "contains", "not", "if", "then", "else", "unevaluatedItems",
        "unevaluatedProperties",
    ];

    private static readonly string[] s_lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];

    private static readonly string[] s_maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

    private readonly Dictionary<string, SchemaSite> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _dynamicAnchors = new(StringComparer.Ordinal);
    private readonly List<SchemaSite> _byId = [];
    private readonly bool _isDraft4;

    public SchemaDocument(JsonElement schema)
    {
        var named = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$schema", out var value) ? value : default;
        _isDraft4 = named.ValueKind == JsonValueKind.String && (named.GetString() ?? "").Contains("draft-04", StringComparison.Ordinal);
        var resource = new SchemaResource(s_nowhere);
        _resources[Key(s_nowhere)] = resource;
        Root = Visit(schema, "", resource, 0);
        resource.Root ??= Root;
    }

    public SchemaSite Root { get; }

    public SchemaSite this[int id] => _byId[id];

    /// <summary>A subschema or a value below a site, seen before or not.</summary>
    public SchemaSite Below(SchemaSite site, string path, JsonElement element, bool isValue) => Site(site.Pointer + path, element, site.Resource, isValue);

    /// <summary>What a <c>$ref</c> names.</summary>
    public SchemaSite Resolve(SchemaSite site, string keyword, string reference)
    {
        var mark = reference.IndexOf('#', StringComparison.Ordinal);
        var fragment = mark < 0 ? "" : Uri.UnescapeDataString(reference[(mark + 1)..]);
        var document = mark < 0 ? reference : reference[..mark];
        var resource = document.Length == 0 ? site.Resource : Find(site.Resource.Address, document);
        if (resource?.Root is not { } root) throw site.Fail(keyword, "refers to a document that is not here; nothing is fetched: put it under $defs with that $id");
        if (fragment.Length == 0) return root;
        if (fragment[0] == '/') return Follow(root, fragment) ?? throw site.Fail(keyword, "refers to a place where nothing stands");
        return resource.Anchors.GetValueOrDefault(fragment) ?? throw site.Fail(keyword, "refers to an anchor that nothing has");
    }

    /// <summary>Whether several subschemas have this <c>$dynamicAnchor</c>, so that who is asking decides which one is meant.</summary>
    public bool IsDynamic(string anchor) => _dynamicAnchors.GetValueOrDefault(anchor) > 1;

    private SchemaResource? Find(Uri address, string reference) =>
        Uri.TryCreate(address, reference, out var target) ? _resources.GetValueOrDefault(Key(target)) : null;

    private SchemaSite? Follow(SchemaSite root, string pointer)
    {
        var (element, place, resource) = (root.Element, root.Pointer, root.Resource);
        foreach (var step in pointer.Split('/').Skip(1))
        {
            var segment = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(segment, out var child)) element = child;
            else if (element.ValueKind == JsonValueKind.Array && Index(segment) is { } index && index < element.GetArrayLength()) element = element[index];
            else return null;
            place = $"{place}/{SchemaSite.Escape(segment)}";
            if (_sites.TryGetValue(place, out var site)) resource = site.Resource;
        }
        return _sites.GetValueOrDefault(place) ?? Visit(element, place, resource, 0);
    }

    private static int? Index(string segment) =>
        int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (index == 0 || segment[0] != '0') ? index : null;

    private SchemaSite Site(string pointer, JsonElement element, SchemaResource resource, bool isValue)
    {
        // A value and a schema may stand at one place: an enum that a reference points into.
        var key = isValue ? pointer + " value" : pointer;
        if (_sites.TryGetValue(key, out var known)) return known;
        if (_byId.Count == MaxSites) throw new ConstraintException("", "", "is too large");
        var site = new SchemaSite(_byId.Count, pointer, element, resource, isValue);
        _byId.Add(site);
        return _sites[key] = site;
    }

    private SchemaSite Visit(JsonElement schema, string pointer, SchemaResource resource, int depth)
    {
        if (depth > MaxDepth) throw new ConstraintException("", pointer, $"nests deeper than {MaxDepth}");
        var outer = resource;
        if (schema.ValueKind == JsonValueKind.Object) resource = ResourceOf(schema, pointer, resource);
        var site = Site(pointer, schema, resource, isValue: false);
        if (resource != outer || pointer.Length == 0) resource.Root ??= site;
        if (schema.ValueKind != JsonValueKind.Object) return site;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!names.Add(keyword.Name)) throw site.Fail(keyword.Name, "stands there twice");
            VisitKeyword(keyword, site, depth);
        }
        return site;
    }

    private void VisitKeyword(JsonProperty keyword, SchemaSite site, int depth)
    {
        var (name, value, pointer) = (keyword.Name, keyword.Value, $"{site.Pointer}/{SchemaSite.Escape(keyword.Name)}");
        if (value.ValueKind == JsonValueKind.Array && s_lists.Contains(name))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray()) Visit(item, $"{pointer}/{index++}", site.Resource, depth + 1);
        }
        else if (value.ValueKind == JsonValueKind.Object && s_maps.Contains(name))
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in value.EnumerateObject())
            {
                if (!names.Add(member.Name)) throw site.Fail(name, "has a name twice");
                if (member.Value.ValueKind != JsonValueKind.Array) Visit(member.Value, $"{pointer}/{SchemaSite.Escape(member.Name)}", site.Resource, depth + 1);
            }
        }
        else if (value.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False && s_single.Contains(name))
            Visit(value, pointer, site.Resource, depth + 1);
        else if (value.ValueKind == JsonValueKind.String)
            VisitText(name, value.GetString() ?? "", site);
    }

    private void VisitText(string keyword, string text, SchemaSite site)
    {
        if (keyword == "$schema" && !s_dialects.Contains(text.TrimEnd('#'))) throw site.Fail(keyword, "names a dialect that is not known");
        if (keyword is "$anchor" or "$dynamicAnchor") site.Resource.Anchors.TryAdd(text, site);
        if (keyword == "$dynamicAnchor") _dynamicAnchors[text] = _dynamicAnchors.GetValueOrDefault(text) + 1;
    }

    private SchemaResource ResourceOf(JsonElement schema, string pointer, SchemaResource outer)
    {
        if (!schema.TryGetProperty(_isDraft4 ? "id" : "$id", out var id) || id.ValueKind != JsonValueKind.String) return outer;
        var text = id.GetString() ?? "";
        var mark = text.IndexOf('#', StringComparison.Ordinal);
        // Before 2019-09 an id that is a fragment was an anchor.
        if (mark == 0) return outer;
        if (!Uri.TryCreate(outer.Address, mark < 0 ? text : text[..mark], out var address)) throw new ConstraintException("$id", pointer, "is no address");
        var resource = new SchemaResource(address);
        return _resources.TryAdd(Key(address), resource) ? resource : outer;
    }

    private static string Key(Uri address) => address.AbsoluteUri.TrimEnd('#');
}
