using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Forms;

/// <summary>
/// What a value at one place of a schema may look like, ready to be walked. Forms are a graph: a recursive schema's comes back to itself.
/// Immutable once the compiler is done.
/// </summary>
internal sealed class ValueForm(ConstraintOptions options)
{
    /// <summary>No cost is known, so nothing belongs to it.</summary>
    public const int Impossible = 1_000_000_000;

    public ConstraintOptions Options { get; } = options;

    /// <summary>Numbers and literals, as they are written; null when none may come.</summary>
    public LanguageState? Raw { get; set; }

    /// <summary>Texts, by their code points; null when none may come.</summary>
    public LanguageState? Text { get; set; }

    public ArrayForm[] Arrays { get; set; } = [];

    public ObjectForm[] Objects { get; set; } = [];

    /// <summary>About how many bytes the shortest value takes; what it is for is to go down on the way to an end.</summary>
    public int Cost { get; set; } = Impossible;

    /// <summary>How deep the shallowest value nests: 0 for a scalar.</summary>
    public int Depth { get; set; } = Impossible;

    public bool IsPossible => Cost < Impossible;

    /// <summary>Code points cost this much, since one takes up to six bytes.</summary>
    public const int CostOfCodePoint = 6;
}
