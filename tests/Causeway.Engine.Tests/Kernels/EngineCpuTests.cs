using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Engine.Tests.Kernels;

public sealed class EngineCpuTests
{
    [Fact]
    public void It_complains_wherever_vectors_are_emulated()
    {
        if (!(Avx2.IsSupported || AdvSimd.IsSupported)) Assert.NotNull(EngineCpu.Complaint);
        Assert.Equal(!(Avx2.IsSupported || AdvSimd.IsSupported), EngineCpu.Kernels == "portable");
    }

    [Theory]
    [InlineData(true, true, true, true, null)]
    [InlineData(true, false, true, false, null)]
    [InlineData(true, false, true, true, "has AVX-VNNI and this program runs without it")]
    [InlineData(false, false, true, true, "has AVX2 and this program runs without it")]
    [InlineData(false, false, false, false, "has no AVX2")]
    public void It_complains_where_the_processor_could_do_better(bool avx2, bool vnni, bool offersAvx2, bool offersVnni, string? complaint)
    {
        var said = EngineCpu.Judge(avx2, vnni, (offersAvx2, offersVnni));
        if (complaint is null) Assert.Null(said);
        else Assert.Contains(complaint, said, StringComparison.Ordinal);
    }
}
