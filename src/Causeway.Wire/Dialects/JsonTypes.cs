namespace Causeway.Wire.Dialects;

/// <summary>The JSON types that a schema allows. None: nothing is known, which is not the same as <see cref="Any"/>.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    String = 1,
    Integer = 2,
    Number = 4,
    Boolean = 8,
    Null = 16,
    Object = 32,
    Array = 64,
    Any = 127,
}
