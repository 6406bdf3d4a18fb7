using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Tests.Kernels;

public sealed class EngineCpuTests
{
    [Fact]
    public void It_complains_exactly_where_vectors_are_emulated()
    {
        Assert.Equal(!(Avx2.IsSupported || AdvSimd.IsSupported), EngineCpu.Complaint is not null);
        Assert.Equal(EngineCpu.Complaint is not null, EngineCpu.Kernels == "portable");
    }
}
