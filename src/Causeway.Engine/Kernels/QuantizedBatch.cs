using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Activations as 15-bit integers with one scale per 32 of a row, for the integer kernels. An activation is off by at most a 32,766th of its block's
/// greatest, about 2e-5 of the block's root mean square on average: little against the rounding of any weight that is stored in 8 bits or fewer.
/// A view of memory that the pool lends for one multiplication.
/// </summary>
internal readonly unsafe struct QuantizedBatch
{
    /// <summary>With it a block's 32 products with 13-bit integers fit an int32.</summary>
    private const float Greatest = 16383;

    public QuantizedBatch(int batch, int columns, WorkerPool pool)
    {
        Batch = batch;
        Blocks = Panel.Blocks(columns);
        var integers = (long)batch * Blocks * Panel.BlockColumns * sizeof(short);
        var perBlock = (long)batch * Blocks * sizeof(float);
        Integers = (short*)pool.Lend(integers + (2 * perBlock));
        Scales = (float*)((byte*)Integers + integers);
        Sums = (int*)((byte*)Scales + perBlock);
    }

    public int Batch { get; }
    public int Blocks { get; }

    /// <summary>[batch, blocks * 32]; padding is zero.</summary>
    public short* Integers { get; }

    /// <summary>[batch, blocks]</summary>
    public float* Scales { get; }

    /// <summary>[batch, blocks]: the sum of a block's integers.</summary>
    public int* Sums { get; }

    /// <summary>Quantises one row.</summary>
    public void Quantize(ReadOnlySpan<float> row, int item)
    {
        for (var block = 0; block < Blocks; block++)
        {
            var numbers = row[(block * Panel.BlockColumns)..];
            if (numbers.Length > Panel.BlockColumns) numbers = numbers[..Panel.BlockColumns];
            QuantizeBlock(numbers, ((long)item * Blocks) + block);
        }
    }

    // Compiled once and well: the first tokens must not wait for the tiers of the just-in-time compiler.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void QuantizeBlock(ReadOnlySpan<float> numbers, long block)
    {
        var into = Integers + (block * Panel.BlockColumns);
        var greatest = MathF.Abs(TensorPrimitives.MaxMagnitude(numbers));
        // Below that its reciprocal is infinite; such numbers add nothing to any sum of floats that matters.
        var inverse = greatest > 1e-30f ? Greatest / greatest : 0;
        Scales[block] = greatest / Greatest;
        if (Panel.Wide && numbers.Length == Panel.BlockColumns)
        {
            var low = Avx512F.ConvertToVector512Int32(Vector512.Create(numbers) * inverse);
            var high = Avx512F.ConvertToVector512Int32(Vector512.Create(numbers[16..]) * inverse);
            Vector512.Narrow(low, high).Store(into);
            Sums[block] = Vector512.Sum(low + high);
            return;
        }
        var sum = 0;
        for (var i = 0; i < Panel.BlockColumns; i++)
        {
            var integer = i < numbers.Length ? (int)MathF.Round(numbers[i] * inverse) : 0;
            into[i] = (short)integer;
            sum += integer;
        }
        Sums[block] = sum;
    }
}
