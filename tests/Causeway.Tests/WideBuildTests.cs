namespace Causeway.Tests;

/// <summary>When the build for x86-64-v4 may take over. That it does, the end-to-end tests see in the kernels of the published binary.</summary>
public sealed class WideBuildTests
{
    [Theory]
    [InlineData("flags\t\t: fpu avx2 avx512f avx512dq avx512ifma avx512cd avx512bw avx512vl avx_vnni", true)]
    [InlineData("flags\t\t: fpu avx2 avx_vnni", false)]
    [InlineData("flags\t\t: avx512f avx512cd avx512er avx512pf", false)]
    [InlineData("Features\t: fp asimd", false)]
    public void A_processor_offers_x86_64_v4_with_all_five_parts_of_avx512(string line, bool offers)
    {
        Assert.Equal(offers, WideBuild.Offers(["processor\t: 0", "model name\t: avx512f avx512dq avx512cd avx512bw avx512vl", line, "bugs\t\t:"]));
    }
}
