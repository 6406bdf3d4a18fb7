using System.Runtime.InteropServices;

namespace Causeway.Serving;

/// <summary>SIGTERM and Ctrl+C: the first asks to stop, the second to hurry.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _second = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    public Task First => _first.Task;
    public CancellationToken Second => _second.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _second.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (!_first.TrySetResult()) _second.Cancel();
    }
}
