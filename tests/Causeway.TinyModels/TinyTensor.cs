namespace Causeway.TinyModels;

/// <summary>A weight by Hugging Face's name, row-major, the outermost dimension first.</summary>
public sealed record TinyTensor(string Name, int[] Shape, float[] Values)
{
    public int Columns => Shape[^1];

    public bool IsVector => Shape.Length == 1;
}
