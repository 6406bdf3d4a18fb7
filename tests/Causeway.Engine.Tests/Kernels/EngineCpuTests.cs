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
    [InlineData("avx2 vnni avx512", "avx2 vnni avx512", null)]
    [InlineData("avx2", "avx2", null)]
    [InlineData("avx2", "avx2 vnni avx512", "has AVX-VNNI and this program runs without it")]
    [InlineData("avx2 vnni", "avx2 vnni avx512", "has AVX-512 and this program runs without it")]
    [InlineData("", "avx2 vnni", "has AVX2 and this program runs without it")]
    [InlineData("", "", "has no AVX2")]
    public void It_complains_where_the_processor_could_do_better(string runs, string offered, string? complaint)
    {
        var said = EngineCpu.Judge(Of(runs), Of(offered));
        if (complaint is null) Assert.Null(said);
        else Assert.Contains(complaint, said, StringComparison.Ordinal);

        static EngineCpu.Instructions Of(string names) => new(names.Contains("avx2"), names.Contains("vnni"), names.Contains("avx512"));
    }
}
