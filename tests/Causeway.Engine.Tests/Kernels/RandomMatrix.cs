using System.Runtime.InteropServices;
using Causeway.Engine.Formats;

namespace Causeway.Engine.Tests.Kernels;

/// <summary>A stored tensor of random bits: every scale, sign and nibble the type can have, but no infinities.</summary>
internal sealed unsafe class RandomMatrix : IDisposable
{
    private readonly byte* _data;

    public RandomMatrix(TensorType type, int rows, int columns, int seed, float greatest = 2)
    {
        var bytes = rows * type.RowBytes(columns);
        _data = (byte*)NativeMemory.Alloc((nuint)bytes);
        var random = new Random(seed);
        random.NextBytes(new Span<byte>(_data, bytes));
        switch (type)
        {
            case TensorType.F32: Fill((float*)_data, rows * columns, random, greatest); break;
            case TensorType.BF16: FillUpper((ushort*)_data, rows * columns, random, greatest); break;
            case TensorType.F16: FillHalf((Half*)_data, rows * columns, random, greatest); break;
            default: Scales(type, rows * columns / type.BlockLength(), random); break;
        }
        Tensor = new StoredTensor("test", type, [rows, columns], _data);
    }

    public StoredTensor Tensor { get; }

    public void Dispose() => NativeMemory.Free(_data);

    private static float Number(Random random, float greatest) => random.Next(8) switch
    {
        0 => 0,
        // Below F16's smallest normal number.
        1 => (random.NextSingle() - 0.5f) * 1e-4f,
        _ => (random.NextSingle() - 0.5f) * 2 * greatest,
    };

    private static void Fill(float* into, int count, Random random, float greatest)
    {
        for (var i = 0; i < count; i++) into[i] = Number(random, greatest);
    }

    private static void FillUpper(ushort* into, int count, Random random, float greatest)
    {
        for (var i = 0; i < count; i++) into[i] = (ushort)(BitConverter.SingleToUInt32Bits(Number(random, greatest)) >> 16);
    }

    private static void FillHalf(Half* into, int count, Random random, float greatest)
    {
        for (var i = 0; i < count; i++) into[i] = (Half)Number(random, greatest);
    }

    private void Scales(TensorType type, int blocks, Random random)
    {
        int[] at = type switch { TensorType.Q4_K => [0, 2], TensorType.Q6_K => [208], _ => [0] };
        for (var block = 0; block < blocks; block++)
        {
            foreach (var offset in at) *(Half*)(_data + (block * type.BlockBytes()) + offset) = (Half)((random.NextSingle() - 0.3f) * 0.01f);
        }
    }
}
