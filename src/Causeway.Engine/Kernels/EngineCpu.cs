using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine;

/// <summary>
/// Which of the engine's kernels this process runs. A natively compiled program decides most of that when it is compiled, not when it starts: built
/// for x86-64-v4 it takes those of one that is compiled just in time, for x86-64-v3 all but the 512-bit ones, for less none of them.
/// </summary>
public static class EngineCpu
{
    /// <summary>
    /// The kernels, for logs and measurements: "avx2", with "+vnni" where bytes are multiplied by AVX-VNNI, "+avx512" where floats are multiplied
    /// with 512-bit vectors and "+maddubs512" where, in prompts, weights of four and six bits are too; "neon", with "+dotprod" where bytes are
    /// multiplied by SDOT; "portable".
    /// </summary>
    public static string Kernels =>
        Avx2.IsSupported ? "avx2" + (AvxVnni.IsSupported ? "+vnni" : "") + (Panel.Wide ? "+avx512" : "") + (Panel.WideIntegers ? "+maddubs512" : "")
        : AdvSimd.IsSupported ? "neon" + (Dp.IsSupported ? "+dotprod" : "")
        : "portable";

    /// <summary>Null, or a sentence that says why models run more slowly in this process than they could.</summary>
    public static string? Complaint => AdvSimd.IsSupported ? null : Judge(new(Avx2.IsSupported, AvxVnni.IsSupported, Panel.Wide), Offered());

    internal static string? Judge(Instructions runs, Instructions offered) => (runs, offered) switch
    {
        ({ Avx2: false }, { Avx2: true }) => "The processor has AVX2 and this program runs without it: it was compiled for a baseline below x86-64-v3, or its "
            + "environment denies the instructions. An embedded model is many times slower than it could be.",
        ({ Avx2: false }, _) => "The processor has no AVX2 that this program can see. An embedded model is many times slower than on one that has it.",
        ({ Vnni: false }, { Vnni: true }) => "The processor has AVX-VNNI and this program runs without it. Quantised models are slower than they could be.",
        ({ Avx512: false }, { Avx512: true }) => "The processor has AVX-512 and this program runs without it: it was compiled for x86-64-v3 and the build for "
            + "x86-64-v4 is not beside it, or the environment denies the instructions. Models of F16 and BF16 read prompts at half the speed they could.",
        _ => null,
    };

    // CPUID, leaf 7: Intel's manual, volume 2A. AVX-512 is F, DQ, BW and VL.
    private static Instructions Offered()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return default;
        const int Avx512 = (1 << 16) | (1 << 17) | (1 << 30) | (1 << 31);
        var (subleaves, features, _, _) = X86Base.CpuId(7, 0);
        return new((features & (1 << 5)) != 0, subleaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0, (features & Avx512) == Avx512);
    }

    /// <summary>Those that kernels are chosen by: what a process runs with, or what a processor has.</summary>
    internal readonly record struct Instructions(bool Avx2, bool Vnni, bool Avx512);
}
