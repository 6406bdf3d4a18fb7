using System.Text.Json;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>What each subschema, and each conjunction of them, allows. One compilation; not thread-safe.</summary>
internal sealed class SchemaShapes
{
    private const int MaxDepth = 200;
    private const int MaxImpossibleDepth = 16;
    private const int MaxProbes = 5_000;
    private const int MaxShapes = 50_000;

    private readonly Dictionary<Conjunction, Shape?> _ofConjunctions = [];
    private readonly Dictionary<int, Shape?> _ofSites = [];
    private readonly Dictionary<Conjunction, bool> _impossible = [];
    private readonly CombiningKeywords _combining;
    private readonly ArrayKeywords _arrays;
    private readonly ObjectKeywords _objects;
    private int _depth;
    private int _probes;
    private int _probed;

    public SchemaShapes(SchemaDocument document, Automaton automaton)
    {
        Document = document;
        Automaton = automaton;
        Algebra = new ShapeAlgebra(this, Table, automaton);
        _combining = new CombiningKeywords(this);
        _arrays = new ArrayKeywords(this);
        _objects = new ObjectKeywords(this);
    }

    public SchemaDocument Document { get; }

    public Automaton Automaton { get; }

    public Conjunction.Table Table { get; } = new();

    public ShapeAlgebra Algebra { get; }

    public Shape Of(Conjunction conjunction)
    {
        if (conjunction.IsAlways) return Shape.Anything;
        if (conjunction.IsNever) return Shape.Nothing;
        if (_ofConjunctions.TryGetValue(conjunction, out var known) && known is not null) return known;
        if (_ofConjunctions.Count > MaxShapes) throw new ConstraintException("", "", "has too many places that differ");
        Table.CheckTime();
        var shape = Shape.Anything;
        foreach (var term in conjunction.Terms) shape = Algebra.And(shape, OfTerm(term));
        return _ofConjunctions[conjunction] = shape;
    }

    /// <summary>What a subschema allows that stands where its parent stands: by reference, or in <c>allOf</c> and its like.</summary>
    public Shape Of(SchemaSite site)
    {
        if (_ofSites.TryGetValue(site.Id, out var known)) return known ?? throw Endless(site);
        if (++_depth > MaxDepth) throw site.Fail("$ref", "nests too deep");
        var shape = _ofSites[site.Id] = null;
        try
        {
            return shape = site.IsValue ? OfValue(site) : OfSchema(site);
        }
        finally
        {
            _depth--;
            if (shape is null) _ofSites.Remove(site.Id);
            else _ofSites[site.Id] = shape;
        }
    }

    /// <summary>Whether it is certain that nothing belongs to it. A place that is being looked at already counts as possible.</summary>
    public bool IsImpossible(Conjunction conjunction)
    {
        if (conjunction.IsNever) return true;
        // What one schema alone says is looked at when its places are made; here it is about schemas that exclude each other.
        if (conjunction.Terms.Length < 2 || _probes > MaxImpossibleDepth) return false;
        if (_impossible.TryGetValue(conjunction, out var known)) return known;
        _impossible[conjunction] = false;
        if (++_probed > MaxProbes) throw new ConstraintException("", "", "combines too many schemas that may exclude each other");
        _probes++;
        try
        {
            return _impossible[conjunction] = Of(conjunction).IsNothing;
        }
        catch (UnfinishedException)
        {
            return false;
        }
        finally
        {
            _probes--;
        }
    }

    private Exception Endless(SchemaSite site) => _probes > 0 ? new UnfinishedException() : site.Fail("$ref", "leads back to itself without end");

    private Shape OfTerm(int term)
    {
        var site = Document[term / 2];
        var shape = Of(site);
        if (term % 2 == 0) return shape;
        return Algebra.Not(shape) ?? throw site.Fail("not", $"is not supported for this schema ({shape.Narrowed ?? "its arrays or objects"})");
    }

    private Shape OfSchema(SchemaSite site)
    {
        switch (site.Element.ValueKind)
        {
            case JsonValueKind.True: return Shape.Anything;
            case JsonValueKind.False: return Shape.Nothing;
            case JsonValueKind.Object: break;
            default: throw site.Fail("", "is neither an object nor a boolean");
        }
        var shape = Algebra.And(OfType(site), OfValues(site));
        if (HasAny(site, "minLength", "maxLength", "pattern", "format")) shape = Algebra.And(shape, TextKeywords.Read(site, shape));
        if (HasAny(site, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")) shape = Algebra.And(shape, NumberKeywords.Read(site));
        if (shape.Arrays.Count > 0 && _arrays.Read(site) is { } array) shape = Algebra.And(shape, Shape.Anything with { Arrays = array });
        if (shape.Objects.Count > 0) shape = Algebra.And(shape, _objects.Read(site));
        shape = _combining.Read(site, shape);
        return HasAny(site, "unevaluatedProperties", "unevaluatedItems") ? new UnevaluatedKeywords(this).Read(site, shape) : shape;
    }

    private static bool HasAny(SchemaSite site, params ReadOnlySpan<string> keywords)
    {
        foreach (var keyword in keywords)
            if (site.Element.TryGetProperty(keyword, out _)) return true;
        return false;
    }

    private static Shape OfType(SchemaSite site)
    {
        if (site.Find("type") is not { } type) return Shape.Anything;
        if (type.ValueKind == JsonValueKind.String) return OfType(site, type);
        if (type.ValueKind != JsonValueKind.Array) throw site.Fail("type", "must be a name or an array of names");
        var shape = Shape.Nothing;
        var parts = type.EnumerateArray().Select(name => OfType(site, name)).ToList();
        foreach (var part in parts) shape = Joined(shape, part);
        return shape;
    }

    private static Shape Joined(Shape left, Shape right) => new()
    {
        Literals = left.Literals | right.Literals,
        Number = ReferenceEquals(left.Number, NumberLanguages.Any) || right.Number.IsNothing ? left.Number : right.Number,
        Text = left.Text.IsNothing ? right.Text : left.Text,
        Arrays = left.Arrays.Count > 0 ? left.Arrays : right.Arrays,
        Objects = left.Objects.Count > 0 ? left.Objects : right.Objects,
    };

    private static Shape OfType(SchemaSite site, JsonElement name) => (name.ValueKind == JsonValueKind.String ? name.GetString() : null) switch
    {
        "null" => new Shape { Literals = Literals.Null },
        "boolean" => new Shape { Literals = Literals.True | Literals.False },
        "integer" => new Shape { Number = NumberLanguages.Integer },
        "number" => new Shape { Number = NumberLanguages.Any },
        "string" => new Shape { Text = Language.Any },
        "array" => new Shape { Arrays = [ArrayShape.Any] },
        "object" => new Shape { Objects = [ObjectShape.Any] },
        _ => throw site.Fail("type", "names a type that is none"),
    };

    private Shape OfValues(SchemaSite site)
    {
        var shape = Shape.Anything;
        if (site.Find("const") is { } constant) shape = Of(Document.Below(site, "/const", constant, isValue: true));
        if (site.Find("enum") is not { } values) return shape;
        if (values.ValueKind != JsonValueKind.Array) throw site.Fail("enum", "must be an array");
        // Texts at once, as one tree; they are the many.
        var texts = values.EnumerateArray().Where(value => value.ValueKind == JsonValueKind.String).Select(value => Plain(site, value)).ToList();
        var others = values.EnumerateArray().Select((value, index) => (value, index)).Where(pair => pair.value.ValueKind != JsonValueKind.String)
            .Select(pair => Of(Document.Below(site, $"/enum/{pair.index}", pair.value, isValue: true)));
        return Algebra.And(shape, ShapeAlgebra.Or([new Shape { Text = Language.Texts(texts) }, .. others]));
    }

    private Shape OfValue(SchemaSite site)
    {
        var value = site.Element;
        switch (value.ValueKind)
        {
            case JsonValueKind.Null: return new Shape { Literals = Literals.Null };
            case JsonValueKind.True: return new Shape { Literals = Literals.True };
            case JsonValueKind.False: return new Shape { Literals = Literals.False };
            case JsonValueKind.String: return new Shape { Text = Language.Text(Plain(site, value)) };
            case JsonValueKind.Number:
                var number = DecimalText.Parse(value.GetRawText()) ?? throw site.Fail("const", "is too long a number");
                return new Shape { Number = NumberLanguages.Of(number) };
            case JsonValueKind.Array:
                var items = value.EnumerateArray().Select((item, index) => Table.Of(Document.Below(site, $"/{index}", item, isValue: true))).ToList();
                return new Shape { Arrays = [new ArrayShape { Prefix = items, Rest = Table.Never, Min = items.Count, Max = items.Count }] };
            default: return new Shape { Objects = [OfObject(site)] };
        }
    }

    private ObjectShape OfObject(SchemaSite site)
    {
        var members = site.Element.EnumerateObject()
            .Select(member => (member.Name, Table.Of(Document.Below(site, $"/{SchemaSite.Escape(member.Name)}", member.Value, isValue: true)))).ToList();
        if (members.Select(member => member.Name).Distinct(StringComparer.Ordinal).Count() < members.Count) throw site.Fail("const", "has a name twice");
        return new ObjectShape
        {
            Members = members,
            Required = [.. members.Select(member => member.Name)],
            // Closed by the count, which has a complement where a rule has none.
            Max = members.Count,
        };
    }

    /// <summary>A text of the schema, which must be one that JSON in UTF-8 can say.</summary>
    public static string Plain(SchemaSite site, JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw site.Fail("", "has half of a surrogate pair in a text");
        }
    }

    /// <summary>A probe met a schema whose shape is still being made.</summary>
    private sealed class UnfinishedException : Exception;
}
