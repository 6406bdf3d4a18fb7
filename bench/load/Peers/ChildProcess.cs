using System.ComponentModel;
using System.Diagnostics;

namespace Causeway.Load.Peers;

/// <summary>A process of the comparison, pinned to its core; its output goes to a log that is quoted when it fails.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int QuotedCharacters = 2000;
    private readonly Process _process;
    private readonly string _name;
    private readonly Lock _gate = new();
    private string _log = "";

    /// <param name="core">The core to run on; null leaves it to the kernel.</param>
    public ChildProcess(string name, int? core, string program, params ReadOnlySpan<string> arguments)
    {
        _name = name;
        var start = new ProcessStartInfo(core is null ? program : "taskset")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (core is { } pinned)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"{pinned}");
            start.ArgumentList.Add(program);
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Start(start);
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The end of what it wrote.</summary>
    public string Log()
    {
        lock (_gate)
            return _log;
    }

    /// <summary>Waits for it to answer 200 with a chat completion (or at another path), or explains why it never will.</summary>
    public async Task<TimeSpan> WaitUntilReadyAsync(Func<CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        while (!await isReady(cancellationToken))
        {
            if (HasExited || started.Elapsed > TimeSpan.FromSeconds(30))
                throw new UsageException($"{_name} did not start. It said:\n{Log()}");
            await Task.Delay(5, cancellationToken);
        }
        return started.Elapsed;
    }

    /// <summary>Waits for the end and returns everything of the log that was kept.</summary>
    public async Task<(int ExitCode, string Log)> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, Log());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new UsageException($"{start.FileName} could not be started");
        }
        catch (Win32Exception problem)
        {
            throw new UsageException($"{start.FileName} could not be started: {problem.Message}");
        }
    }

    private void Log(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
        {
            _log += line + "\n";
            if (_log.Length > 4 * QuotedCharacters)
                _log = _log[^QuotedCharacters..];
        }
    }
}
