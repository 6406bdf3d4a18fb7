using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Testing;

/// <summary>
/// The real program as a process: the published binary named by <c>CAUSEWAY_BINARY</c>, else what the build has just made.
/// Standard output and error are collected; disposal kills what is still running.
/// </summary>
public sealed partial class CausewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private CausewayProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Append(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;
    public string Output => Read(_output);
    public string Errors => Read(_errors);

    /// <summary>True when the tests run against a published native binary.</summary>
    public static bool IsPublished => Binary is not null;

    private static string? Binary => Environment.GetEnvironmentVariable("CAUSEWAY_BINARY") is { Length: > 0 } path ? path : null;

    public static CausewayProcess Start(string workingFolder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var command = Command(arguments);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        return new CausewayProcess(process);
    }

    /// <summary>
    /// The same on a terminal of its own, made by <c>script</c>: the program finds no redirection, and what is typed reaches it as keys do. All it
    /// writes is in <see cref="Output"/>, a line for each time that it begins one anew.
    /// </summary>
    public static CausewayProcess StartOnTerminal(string workingFolder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("script", ["-qec", string.Join(' ', Command(arguments).Select(word => $"'{word}'")), "/dev/null"])
        {
            WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new CausewayProcess(Process.Start(start) ?? throw new InvalidOperationException("script did not start."));
    }

    // A shell's background job ignores SIGINT, and so would what it starts.
    private static string[] Command(IEnumerable<string> arguments)
    {
        string[] signals = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [];
        return Binary is { } binary ? [.. signals, binary, .. arguments] : [.. signals, "dotnet", BuiltAssembly(), .. arguments];
    }

    /// <summary>Runs a verb that ends by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string workingFolder, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null, int seconds = 60)
    {
        await using var program = Start(workingFolder, arguments, environment, input);
        var exitCode = await program.ExitAsync(seconds);
        return (exitCode, program.Output, program.Errors);
    }

    /// <summary>Starts <c>serve</c> on a free port and waits until it is ready.</summary>
    public static async Task<(CausewayProcess Program, Uri Address)> ServeAsync(
        string workingFolder, string[]? arguments = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var program = Start(workingFolder, ["serve", "--listen", "127.0.0.1:0", .. arguments ?? []], environment);
        await Eventually.TrueAsync(() => program.Output.Contains("Ctrl+C stops.", StringComparison.Ordinal) || program._process.HasExited, "the gateway has said where it listens and how to try it", seconds: 60);
        var words = program.Output.Split(' ', '\n');
        var url = words.FirstOrDefault(w => w.StartsWith("http://", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"serve ended with {program._process.ExitCode}: {program.Output}{program.Errors}");
        return (program, new Uri(url[..url.IndexOf("/v1", StringComparison.Ordinal)]));
    }

    public async Task<int> ExitAsync(int seconds = 60)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Keys for a program on a terminal; Ctrl+C is <c>\x03</c>.</summary>
    public void Type(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    public void Terminate() => Signal(15);
    public void Interrupt() => Signal(2);
    public void HangUp() => Signal(1);
    public void Kill() => Signal(9);

    /// <summary>Resident memory now, in bytes.</summary>
    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Signal(int number)
    {
        if (SendSignal(_process.Id, number) != 0) throw new InvalidOperationException($"kill -{number} {_process.Id} failed");
    }

    private static string BuiltAssembly()
    {
        // artifacts/bin/<test project>/<configuration>/ beside artifacts/bin/Causeway/<configuration>/
        var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(mine.Parent!.Parent!.FullName, "Causeway", mine.Name, "causeway.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException("Build the program first: dotnet build", path);
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
