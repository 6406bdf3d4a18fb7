namespace Causeway.Engine.Formats;

/// <summary>How a tensor's numbers are stored. The block formats are those of GGUF (ggml): a row is a whole number of blocks.</summary>
public enum TensorType
{
    F32,
    F16,
    BF16,
    /// <summary>32 weights in 34 bytes: an F16 scale, then 32 signed bytes.</summary>
    Q8_0,
    /// <summary>32 weights in 18 bytes: an F16 scale, then 16 bytes of nibbles, the low ones first.</summary>
    Q4_0,
    /// <summary>256 weights in 144 bytes: two F16 scales, 12 bytes of 6-bit scales and minima for 8 sub-blocks, 128 bytes of nibbles.</summary>
    Q4_K,
    /// <summary>256 weights in 210 bytes: 128 bytes of low nibbles, 64 of high pairs, 16 signed scales, an F16 scale.</summary>
    Q6_K,
}

/// <summary>The sizes behind <see cref="TensorType"/>.</summary>
public static class TensorTypes
{
    /// <summary>Weights in a block; 1 for the plain types.</summary>
    public static int BlockLength(this TensorType type) => type switch
    {
        TensorType.Q8_0 or TensorType.Q4_0 => 32,
        TensorType.Q4_K or TensorType.Q6_K => 256,
        _ => 1,
    };

    /// <summary>Bytes in a block.</summary>
    public static int BlockBytes(this TensorType type) => type switch
    {
        TensorType.F32 => 4,
        TensorType.F16 or TensorType.BF16 => 2,
        TensorType.Q8_0 => 34,
        TensorType.Q4_0 => 18,
        TensorType.Q4_K => 144,
        TensorType.Q6_K => 210,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Bytes in a row of so many weights, which must be a whole number of blocks.</summary>
    public static int RowBytes(this TensorType type, int columns) => columns / type.BlockLength() * type.BlockBytes();
}
