using System.Collections.Immutable;

namespace Causeway.Spec.Sections;

/// <summary>One key that a mapping of the spec takes. The compiler and docs/reference/spec.md both go by it.</summary>
/// <param name="Takes">Type and bounds, in Markdown.</param>
/// <param name="Default">What no value means, in Markdown; null when the key is required.</param>
/// <param name="Meaning">In Markdown.</param>
internal sealed record KeyShape(string Name, string Takes, string? Default, string Meaning)
{
    public bool IsRequired => Default is null;
}

/// <summary>A mapping of the spec with a fixed set of keys.</summary>
/// <param name="Path">Where it stands, e.g. <c>routes.&lt;name&gt;.match</c>; the heading in the reference. Empty for the whole
/// file.</param>
internal sealed record MapShape(string Path, string Summary, string Example, ImmutableArray<KeyShape> Keys)
{
    public IEnumerable<string> Names => Keys.Select(key => key.Name);
}
