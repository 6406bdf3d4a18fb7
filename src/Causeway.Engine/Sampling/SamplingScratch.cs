namespace Causeway.Engine.Sampling;

/// <summary>Buffers that samplers share, one of them at a time.</summary>
internal sealed class SamplingScratch(int vocabulary)
{
    /// <summary>[vocabulary]: logits as the model said them.</summary>
    public float[] Raw { get; } = new float[vocabulary];

    /// <summary>[vocabulary]: logits, then weights, of the tokens that may still be drawn.</summary>
    public float[] Weights { get; } = new float[vocabulary];

    /// <summary>[vocabulary]: the ids of those tokens.</summary>
    public int[] Ids { get; } = new int[vocabulary];
}
