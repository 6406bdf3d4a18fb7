using System.Text;

namespace Causeway.Wire.Schemas;

/// <summary>Where something stands in a schema document, as a link to what it stands in: cheap to make, spelled out only in errors.</summary>
/// <param name="Parent">Null at the root of a document.</param>
/// <param name="Segment">The step from the parent; at the root, the document's address.</param>
internal sealed record SchemaPlace(SchemaPlace? Parent, string Segment)
{
    public SchemaPlace Then(string segment) => new(this, segment);

    public SchemaPlace Then(int index) => Then(index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A JSON pointer; behind a <c>#</c> and the address when the document is not the compiled schema itself.</summary>
    public override string ToString()
    {
        var steps = new Stack<string>();
        var place = this;
        for (; place.Parent is not null; place = place.Parent) steps.Push(place.Segment);
        var pointer = new StringBuilder(place.Segment.Length == 0 ? "" : place.Segment + "#");
        foreach (var step in steps) Pointer.Append(pointer, step);
        return pointer.ToString();
    }
}
