using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Causeway.Engine.Kernels;

/// <summary>A piece of work that <see cref="WorkerPool.Run{TWork}"/> spreads over its threads.</summary>
internal interface IPieces
{
    /// <summary>Does one piece; called for every piece once, on any thread, in any order.</summary>
    void Do(int piece);
}

/// <summary>
/// The threads that share the work of one forward pass. A pass hands out some hundred short jobs, so workers wait for the next one spinning; after
/// <see cref="SpinTime"/> without work they park, and an idle model costs nothing. One job at a time: a second caller is refused. The thread that
/// calls <see cref="Run{TWork}"/> works too, and nothing is allocated.
/// </summary>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>Long enough to bridge what happens between two passes on one thread (sampling, masks), short against a human's patience.</summary>
    public static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(2);

    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _wake = new(0);
    private Counters _counters;
    private delegate*<void*, int, void> _invoke;
    private void* _work;
    private int _pieces;
    private int _busy;
    private NativeBuffer? _lent;
    private Exception? _failure;
    private volatile bool _closed;

    /// <param name="threads">The calling thread included; at least 1.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers = new Thread[threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"engine {i + 1}" };
            _workers[i].Start();
        }
    }

    public int Threads { get; }

    /// <summary>Does all pieces and returns when the last is done. The first exception that a piece throws is thrown here, after the others ended.</summary>
    /// <param name="work">A local variable of the caller: the workers reach it by address.</param>
    /// <exception cref="InvalidOperationException">Another thread's job is running.</exception>
    public void Run<TWork>(int pieces, ref TWork work) where TWork : struct, IPieces
    {
        if (pieces <= 0) return;
        if (_workers.Length == 0 || pieces == 1)
        {
            for (var piece = 0; piece < pieces; piece++) work.Do(piece);
            return;
        }
        Publish(pieces, Unsafe.AsPointer(ref work), &Invoke<TWork>);
        while (TakePiece()) { }
        WaitForOthers();
        var failure = _failure;
        _failure = null;
        Volatile.Write(ref _busy, 0);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Memory that the pieces of the caller's next jobs share, aligned to 64 bytes, unspecified content; valid until the next call.</summary>
    public byte* Lend(long bytes)
    {
        if (_lent is null || _lent.Bytes < bytes)
        {
            _lent?.Dispose();
            _lent = new NativeBuffer(bytes);
        }
        return _lent.Start;
    }

    /// <summary><see cref="Run{TWork}"/> for work that may allocate a closure: packing, tests.</summary>
    public void Run(int pieces, Action<int> piece)
    {
        var work = new DelegatePieces(piece);
        Run(pieces, ref work);
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        if (_workers.Length > 0) _wake.Release(_workers.Length);
        foreach (var worker in _workers) worker.Join();
        _wake.Dispose();
        _lent?.Dispose();
    }

    private static void Invoke<TWork>(void* work, int piece) where TWork : struct, IPieces => Unsafe.AsRef<TWork>(work).Do(piece);

    private void Publish(int pieces, void* work, delegate*<void*, int, void> invoke)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0) throw new InvalidOperationException("The worker pool runs another job.");
        ObjectDisposedException.ThrowIf(_closed, this);
        _work = work;
        _invoke = invoke;
        _pieces = pieces;
        _counters.Unfinished = pieces;
        // A full fence: whoever parked before it is seen below, whoever parks after it sees the pieces.
        Interlocked.Exchange(ref _counters.Remaining, pieces);
        if (Volatile.Read(ref _counters.Parked) == 0) return;
        var parked = Interlocked.Exchange(ref _counters.Parked, 0);
        if (parked > 0) _wake.Release(parked);
    }

    // A count below zero claims nothing, whichever job it belonged to; a count that claims a piece keeps its job's fields as they are until the
    // piece is done. So a worker that comes late to a job's end can do no harm to the next one.
    private bool TakePiece()
    {
        if (Volatile.Read(ref _counters.Remaining) <= 0) return false;
        var left = Interlocked.Decrement(ref _counters.Remaining);
        if (left < 0) return false;
        try
        {
            _invoke(_work, _pieces - 1 - left);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
        Interlocked.Decrement(ref _counters.Unfinished);
        return true;
    }

    private void WaitForOthers()
    {
        for (var spins = 0; Volatile.Read(ref _counters.Unfinished) > 0; spins++)
        {
            // Others may need this core to finish: more threads than cores, or a busy machine.
            if (spins > 20_000) Thread.Yield();
            else Pause();
        }
    }

    private void Work()
    {
        while (!_closed)
        {
            while (TakePiece()) { }
            if (SpinForWork()) continue;
            Interlocked.Increment(ref _counters.Parked);
            if (Volatile.Read(ref _counters.Remaining) <= 0 && !_closed) _wake.Wait();
        }
    }

    private bool SpinForWork()
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            for (var i = 0; i < 128; i++)
            {
                if (Volatile.Read(ref _counters.Remaining) > 0) return true;
                Pause();
            }
        } while (!_closed && Stopwatch.GetElapsedTime(start) < SpinTime);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pause()
    {
        if (System.Runtime.Intrinsics.X86.X86Base.IsSupported) System.Runtime.Intrinsics.X86.X86Base.Pause();
        else Thread.SpinWait(1);
    }

    private readonly struct DelegatePieces(Action<int> piece) : IPieces
    {
        public void Do(int i) => piece(i);
    }

    /// <summary>What all threads write, each on cache lines of its own.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 512)]
    private struct Counters
    {
        [System.Runtime.InteropServices.FieldOffset(128)] public int Remaining;
        [System.Runtime.InteropServices.FieldOffset(256)] public int Unfinished;
        [System.Runtime.InteropServices.FieldOffset(384)] public int Parked;
    }
}
