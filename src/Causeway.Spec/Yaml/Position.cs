namespace Causeway.Spec.Yaml;

/// <summary>A place in a file: 1-based line and column, the column in UTF-16 code units. The default is the file as a whole.</summary>
internal readonly record struct Position(int Line, int Column)
{
    public static readonly Position Start = new(1, 1);
}
