using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Causeway.Engine.Kernels.Panels;

namespace Causeway.Engine;

/// <summary>
/// Which of the engine's kernels this process runs. A natively compiled program decides that when it is compiled, not when it starts: built for
/// x86-64-v3, it never takes the AVX-512 kernels, and built for less, vectors are emulated and the engine is slower than a plain loop.
/// </summary>
public static class EngineCpu
{
    /// <summary>The kernels, for logs and measurements: "avx512", "avx2+vnni", "avx2", "neon" or "portable".</summary>
    public static string Kernels =>
        Panel.Wide ? "avx512"
        : Avx2.IsSupported ? AvxVnni.IsSupported ? "avx2+vnni" : "avx2"
        : AdvSimd.IsSupported ? "neon"
        : "portable";

    /// <summary>Null, or a sentence that says why models would run too slowly to be of use in this process.</summary>
    public static string? Complaint => Vector256.IsHardwareAccelerated || AdvSimd.IsSupported
        ? null
        : "This program runs without 256-bit vectors: either the processor has no AVX2, or it was compiled for a baseline below x86-64-v3. "
            + "An embedded model would be many times slower than it should be.";
}
