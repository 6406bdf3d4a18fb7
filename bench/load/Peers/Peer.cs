using System.Text;

namespace Causeway.Load.Peers;

/// <summary>Something that stands between the generator and the mock.</summary>
internal abstract class Peer(Bench bench, string name) : IDisposable
{
    private static readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private ChildProcess? _process;

    public string Name { get; } = name;

    /// <summary>What exactly was measured, for the report.</summary>
    public abstract string Description { get; }

    /// <summary>Extra request headers, each "name: value".</summary>
    public virtual IReadOnlyList<string> Headers => [];

    /// <summary>The base address that takes the place of api.openai.com/v1.</summary>
    public Uri Address => Port == 0 ? Bench.MockBase : new Uri($"http://127.0.0.1:{Port}/v1");

    /// <summary>From starting the process to its first right answer.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>After the first answer, before any load.</summary>
    public long IdleResident { get; private set; }

    /// <summary>The gateway's process, null when there is none between generator and mock.</summary>
    public int? ProcessId => _process?.Id;

    protected Bench Bench { get; } = bench;

    protected int Port { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Port = Bench.FreePort();
        _process = Launch();
        if (_process is null)
        {
            Port = 0;
            return;
        }
        StartTime = await _process.WaitUntilReadyAsync(AnswersAsync, cancellationToken);
        IdleResident = ProcessTree.Measure(_process.Id).Resident;
    }

    public void Dispose() => _process?.Dispose();

    /// <summary>Starts the gateway on <see cref="Port"/>; null when there is nothing to start.</summary>
    protected abstract ChildProcess? Launch();

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/chat/completions")
        {
            Content = new StringContent("""{"model":"gpt-4o","messages":[{"role":"user","content":"ready?"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Bench.Key}");
        foreach (var header in Headers)
            request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
