using System.Runtime.InteropServices;

namespace Causeway.Engine.Kernels;

/// <summary>Memory outside the garbage collector's heap, aligned to a huge page where it is large: weights would only be moved and scanned there.</summary>
internal sealed unsafe partial class NativeBuffer : IDisposable
{
    private const int HugePage = 1 << 21;

    // Linux: madvise(2). Fewer page walks while weights stream; what it returns does not matter.
    private const int HugePages = 14;

    public NativeBuffer(long bytes)
    {
        Bytes = bytes;
        var alignment = bytes >= HugePage ? HugePage : 64;
        Start = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), (nuint)alignment);
        if (OperatingSystem.IsLinux() && alignment == HugePage) _ = Advise(Start, (nuint)bytes, HugePages);
        GC.AddMemoryPressure(Math.Max(bytes, 1));
    }

    ~NativeBuffer() => Free();

    public long Bytes { get; }
    public byte* Start { get; private set; }

    public void Clear() => new Span<byte>(Start, checked((int)Bytes)).Clear();

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Start is null) return;
        NativeMemory.AlignedFree(Start);
        Start = null;
        GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
