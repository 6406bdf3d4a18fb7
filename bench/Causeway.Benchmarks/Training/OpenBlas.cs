using System.Reflection;
using System.Runtime.InteropServices;

namespace Causeway.Benchmarks.Training;

/// <summary>OpenBLAS (github.com/OpenMathLib/OpenBLAS) as it is installed: the yardstick for products of matrices.</summary>
internal static partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int AsStored = 111;
    private const int Transposed = 112;

    /// <summary>Looks for the library, at a path or where the system keeps it. The environment variable OPENBLAS_CORETYPE must be set before.</summary>
    /// <returns>The name of the kernels that it chose for this processor, or null when there is no such library.</returns>
    public static string? Load(string? path, int threads)
    {
        if (!NativeLibrary.TryLoad(path ?? Library, out var handle)) return null;
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Library ? handle : 0);
        SetThreads(threads);
        return Marshal.PtrToStringUTF8(CoreName());
    }

    /// <summary>c[m, n] = β c + a · b; the letters as in <see cref="Product"/>.</summary>
    public static void Multiply(Product product, float[] a, float[] b, float[] c, float beta)
    {
        var (m, n, k) = (product.M, product.N, product.K);
        var (left, right) = (product.Left ? Transposed : AsStored, product.Right ? Transposed : AsStored);
        Sgemm(RowMajor, left, right, m, n, k, 1, a, product.Left ? m : k, b, product.Right ? k : n, beta, c, n);
    }

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB,
        float beta, Span<float> c, int strideC);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint CoreName();
}
