namespace Causeway.Wire.Schemas;

/// <summary>JSON's own types; integer is not one of them.</summary>
internal enum JsonKind
{
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}
