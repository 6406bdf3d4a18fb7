using System.Runtime.InteropServices;

namespace Causeway.Load;

/// <summary>Ctrl-C and SIGTERM end the run in order instead of the process at once.</summary>
internal sealed class StopSignals(Action stop) : IDisposable
{
    private readonly PosixSignalRegistration _interrupt = Register(PosixSignal.SIGINT, stop);
    private readonly PosixSignalRegistration _terminate = Register(PosixSignal.SIGTERM, stop);

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private static PosixSignalRegistration Register(PosixSignal signal, Action stop)
        => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop();
        });
}
