using System.Runtime.InteropServices;

namespace Causeway.Engine.Kernels;

/// <summary>
/// Memory outside the garbage collector's heap, where weights would only be moved and scanned: zero at first, aligned to a huge page where it is large.
/// What is large takes room when it is first written, not before.
/// </summary>
internal sealed unsafe partial class NativeBuffer : IDisposable
{
    private const int HugePage = 1 << 21;

    // Linux: madvise(2). Fewer page walks while weights stream; what it returns does not matter.
    private const int HugePages = 14;

    private void* _allocated;

    public NativeBuffer(long bytes)
    {
        Bytes = bytes;
        var alignment = bytes >= HugePage ? HugePage : 64;
        _allocated = NativeMemory.AllocZeroed((nuint)(bytes + alignment));
        Start = (byte*)(((nuint)_allocated + (nuint)alignment - 1) & ~((nuint)alignment - 1));
        if (OperatingSystem.IsLinux() && alignment == HugePage) _ = Advise(Start, (nuint)bytes, HugePages);
        GC.AddMemoryPressure(Math.Max(bytes, 1));
    }

    ~NativeBuffer() => Free();

    public long Bytes { get; }
    public byte* Start { get; private set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_allocated is null) return;
        NativeMemory.Free(_allocated);
        _allocated = null;
        Start = null;
        GC.RemoveMemoryPressure(Math.Max(Bytes, 1));
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
