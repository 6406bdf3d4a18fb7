using System.Globalization;
using System.Text;

namespace Causeway.Wire.Schemas;

/// <summary>One validation: where it is in the instance, what it has cost, what it found. One thread's.</summary>
internal sealed class SchemaRun(JsonSchemaOptions options)
{
    // Deep enough for an instance nested as deep as it may be, a few references at each level; shallow enough for a pool thread's stack.
    private const int MaxNesting = 768;

    private readonly List<SchemaResource> _scope = [];
    private readonly List<(string? Name, int Index)> _path = [];
    private List<SchemaError>? _errors = [];
    private int _nesting;
    private int _steps;

    /// <summary>What was found so far; null while nobody wants to know why.</summary>
    public IReadOnlyList<SchemaError>? Errors => _errors;

    public bool IsExhausted => ExhaustedBy is not null;

    public SchemaError? ExhaustedBy { get; private set; }

    /// <summary>Outermost first: <c>$dynamicRef</c> takes the first that has its anchor.</summary>
    public IReadOnlyList<SchemaResource> Scope => _scope;

    public bool Apply(SchemaNode node, JsonTree value, bool[]? marks)
    {
        if (!Spend(1 + (marks?.Length ?? 0) / 16, node.Place)) return false;
        if (node.IsNever) return Refuse(node.Place, "nothing is allowed here");
        if (++_nesting > MaxNesting) Exhaust(node.Place, $"subschemas nest deeper than {MaxNesting}: the schema refers to itself without going into the value");
        var entered = _scope.Count == 0 || _scope[^1] != node.Resource;
        if (entered) _scope.Add(node.Resource);
        if (node.NeedsMarks) marks ??= new bool[value.Items.Length];
        var holds = !IsExhausted;
        foreach (var keyword in node.Keywords)
        {
            if (IsExhausted || (!holds && (keyword.IsLast || !WantsMore))) break;
            holds &= keyword.Holds(this, value, marks);
        }
        if (entered) _scope.RemoveAt(_scope.Count - 1);
        _nesting--;
        return holds && !IsExhausted;
    }

    /// <summary>Applies a subschema to the same value: what it looked at counts only when it holds.</summary>
    public bool ApplyHere(SchemaNode node, JsonTree value, bool[]? marks)
    {
        if (marks is null) return Apply(node, value, null);
        var own = new bool[marks.Length];
        if (!Apply(node, value, own)) return false;
        for (var i = 0; i < own.Length; i++) marks[i] |= own[i];
        return true;
    }

    /// <summary>Applies a subschema to an item or to a property's value.</summary>
    public bool ApplyTo(SchemaNode node, JsonTree parent, int index)
    {
        _path.Add(parent.IsObject ? (parent.Names[index], 0) : (null, index));
        var holds = Apply(node, parent.Items[index], null);
        _path.RemoveAt(_path.Count - 1);
        return holds;
    }

    /// <summary>As <see cref="ApplyHere"/>, collecting its errors apart; the caller says which of them matter.</summary>
    public bool Try(SchemaNode node, JsonTree value, bool[]? marks, List<SchemaError>? errors)
    {
        var outer = _errors;
        _errors = errors;
        var holds = ApplyHere(node, value, marks);
        _errors = outer;
        return holds;
    }

    /// <summary>As <see cref="ApplyTo"/>, without errors.</summary>
    public bool TryItem(SchemaNode node, JsonTree parent, int index)
    {
        var outer = _errors;
        _errors = null;
        var holds = ApplyTo(node, parent, index);
        _errors = outer;
        return holds;
    }

    /// <summary>Notes an error at the current place; always false.</summary>
    public bool Refuse(SchemaPlace place, string message)
    {
        if (WantsMore) _errors?.Add(new SchemaError(InstancePath(), place.ToString(), message));
        return false;
    }

    /// <summary>For messages that cost something to write.</summary>
    public bool Refuse(SchemaPlace place, Func<string> message) => _errors is not null && Refuse(place, message());

    public void Add(IEnumerable<SchemaError> errors)
    {
        foreach (var error in errors)
            if (WantsMore) _errors?.Add(error);
    }

    /// <summary>Pays for work; false when there is nothing left to pay with.</summary>
    public bool Spend(int steps, SchemaPlace place)
    {
        _steps = (int)Math.Min(int.MaxValue, (long)_steps + steps);
        if (_steps > options.MaxSteps) Exhaust(place, $"validating took more than {options.MaxSteps} steps");
        return !IsExhausted;
    }

    public void Exhaust(SchemaPlace place, string why) => ExhaustedBy ??= new SchemaError(InstancePath(), place.ToString(), why);

    private bool WantsMore => _errors is not null && _errors.Count < options.MaxErrors;

    private string InstancePath()
    {
        var path = new StringBuilder();
        foreach (var (name, index) in _path) Pointer.Append(path, name ?? index.ToString(CultureInfo.InvariantCulture));
        return path.ToString();
    }
}
