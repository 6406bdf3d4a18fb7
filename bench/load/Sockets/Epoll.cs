using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Causeway.Load.Sockets;

/// <summary>
/// The four system calls that System.Net.Sockets has no door to. Its own asynchronous engine hops from the epoll thread to the pool
/// for every read; on the single core that a mock and a generator share, that hop costs more than the request.
/// </summary>
internal static partial class Epoll
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const uint PeerClosed = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int AddOperation = 1;
    private const int CloseOnExec = 0x80000;
    private const int SetTimerSlack = 29;
    private const int Interrupted = 4;

    // struct epoll_event is packed on x86-64 only: 32 bits of events, then 64 bits of data.
    private static readonly int _dataWord = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 1 : 2;

    /// <summary>32-bit words that one event occupies in the buffer of <see cref="Wait"/>.</summary>
    public static readonly int WordsPerEvent = _dataWord + 2;

    public static int Create()
    {
        // Timers of an ordinary thread may be 50 µs late, which is more than what is measured here.
        _ = Control(SetTimerSlack, 1, 0, 0, 0);
        var epoll = EpollCreate(CloseOnExec);
        return epoll >= 0 ? epoll : throw new Win32Exception();
    }

    public static unsafe void Add(int epoll, int descriptor, uint events)
    {
        var words = stackalloc int[WordsPerEvent];
        words[0] = (int)events;
        words[_dataWord] = descriptor;
        words[_dataWord + 1] = 0;
        if (EpollControl(epoll, AddOperation, descriptor, words) < 0)
            throw new Win32Exception();
    }

    /// <summary>Waits until something is ready or <paramref name="nanoseconds"/> have passed; returns the number of events.</summary>
    public static unsafe int Wait(int epoll, int[] words, long nanoseconds)
    {
        var timeout = stackalloc long[2] { nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000 };
        int ready;
        fixed (int* buffer = words)
            ready = EpollWait(epoll, buffer, words.Length / WordsPerEvent, timeout, null);
        if (ready >= 0)
            return ready;
        return Marshal.GetLastPInvokeError() == Interrupted ? 0 : throw new Win32Exception();
    }

    public static int DescriptorOf(int[] words, int index) => words[(index * WordsPerEvent) + _dataWord];

    public static uint EventsOf(int[] words, int index) => (uint)words[index * WordsPerEvent];

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int EpollControl(int epoll, int operation, int descriptor, int* words);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static unsafe partial int EpollWait(int epoll, int* words, int count, long* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);
}
