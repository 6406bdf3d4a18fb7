using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine;

/// <summary>
/// Which of the engine's kernels this process runs. A natively compiled program decides most of that when it is compiled, not when it starts: built
/// for x86-64-v3 it takes the 256-bit kernels of one that is compiled just in time and no wider ones, built for less none of them.
/// </summary>
public static class EngineCpu
{
    /// <summary>
    /// The kernels, for logs and measurements: "avx2", with "+vnni" where bytes are multiplied by AVX-VNNI, "+avx512" where floats are multiplied
    /// with 512-bit vectors and "+maddubs512" where, in prompts, weights of four and six bits are too; "neon", with "+dotprod" where bytes are multiplied by SDOT; "portable".
    /// </summary>
    public static string Kernels =>
        Avx2.IsSupported ? "avx2" + (AvxVnni.IsSupported ? "+vnni" : "") + (Panel.Wide ? "+avx512" : "") + (Panel.WideIntegers ? "+maddubs512" : "")
        : AdvSimd.IsSupported ? "neon" + (Dp.IsSupported ? "+dotprod" : "")
        : "portable";

    /// <summary>Null, or a sentence that says why models run more slowly in this process than they could.</summary>
    public static string? Complaint => AdvSimd.IsSupported ? null : Judge(Avx2.IsSupported, AvxVnni.IsSupported, Offered());

    /// <param name="avx2">Runs with AVX2.</param>
    /// <param name="vnni">Runs with AVX-VNNI.</param>
    /// <param name="offered">What the processor has.</param>
    internal static string? Judge(bool avx2, bool vnni, (bool Avx2, bool Vnni) offered) => (avx2, vnni, offered) switch
    {
        (false, _, (true, _)) => "The processor has AVX2 and this program runs without it: it was compiled for a baseline below x86-64-v3, or its "
            + "environment denies the instructions. An embedded model is many times slower than it could be.",
        (false, _, _) => "The processor has no AVX2 that this program can see. An embedded model is many times slower than on one that has it.",
        (_, false, (_, true)) => "The processor has AVX-VNNI and this program runs without it. Quantised models are slower than they could be.",
        _ => null,
    };

    // CPUID, leaf 7: Intel's manual, volume 2A.
    private static (bool Avx2, bool Vnni) Offered()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return default;
        var (subleaves, features, _, _) = X86Base.CpuId(7, 0);
        return ((features & (1 << 5)) != 0, subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0);
    }
}
