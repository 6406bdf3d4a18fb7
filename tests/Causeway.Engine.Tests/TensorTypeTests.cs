using Causeway.Engine.Formats;

namespace Causeway.Engine.Tests;

public sealed class TensorTypeTests
{
    [Theory]
    [InlineData(TensorType.F32, 1024)]
    [InlineData(TensorType.BF16, 512)]
    [InlineData(TensorType.Q8_0, 272)]
    [InlineData(TensorType.Q4_0, 144)]
    [InlineData(TensorType.Q4_K, 144)]
    [InlineData(TensorType.Q6_K, 210)]
    public void A_row_of_256_weights_has_the_bytes_of_its_format(TensorType type, int bytes) => Assert.Equal(bytes, type.RowBytes(256));
}
