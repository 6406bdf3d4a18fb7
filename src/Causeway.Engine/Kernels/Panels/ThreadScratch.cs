namespace Causeway.Engine.Kernels.Panels;

/// <summary>Memory of one thread in which it unpacks what it multiplies next; kept from piece to piece, freed some time after its thread.</summary>
internal static unsafe class ThreadScratch
{
    [ThreadStatic]
    private static NativeBuffer? t_buffer;

    /// <summary>At least so many bytes, aligned to 64; what they held before is unspecified.</summary>
    public static byte* Get(long bytes)
    {
        if (t_buffer is not null && t_buffer.Bytes >= bytes) return t_buffer.Start;
        t_buffer?.Dispose();
        t_buffer = new NativeBuffer(bytes);
        return t_buffer.Start;
    }
}
