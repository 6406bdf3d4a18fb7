using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Causeway.Gateway;
using Causeway.Ledger;
using Causeway.Ledger.Reading;
using Causeway.Spec;
using Causeway.Spec.Plans;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Testing;

/// <summary>Makes what answers files and fine-tuning jobs, of the parts of a gateway that is about to start.</summary>
public delegate Func<HttpContext, string, Task> TuningOf(PlanState plans, LedgerState ledger);

/// <summary>The real gateway on a free port, with a ledger in a folder of its own: what <c>causeway serve</c> runs, without the process.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    public const string AdminToken = "token-of-the-test";

    private readonly TempFolder _folder = new();

    private TestGateway(Plan plan, TimeProvider time, bool isOpen, Action<ILoggingBuilder>? logging, EmbeddedUpstreams? embedded, TuningOf? tuning)
    {
        Ledger = LedgerState.Open(_folder.Path, new LedgerOptions(), TimeProvider.System);
        Plans = embedded is null ? new PlanState(plan, time) : new PlanState(plan, embedded, time);
        Options = new GatewayOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Plans = Plans, Ledger = Ledger, Time = time, IsOpen = isOpen, Logging = logging ?? (static _ => { }), Admin = new AdminOptions(AdminToken, _folder.Path), Tuning = tuning?.Invoke(Plans, Ledger) };
    }

    public LedgerState Ledger { get; }
    public PlanState Plans { get; }
    public GatewayOptions Options { get; }
    public GatewayServer Server { get; private set; } = null!;
    public HttpClient Http { get; private set; } = null!;
    public string DataFolder => _folder.Path;
    public int Port => Server.Address.Port;
    public Uri V1 => new(Server.Address, "/v1");

    /// <param name="spec">The spec's text after <c>apiVersion</c>.</param>
    public static Task<TestGateway> StartAsync(string spec, TimeProvider? time = null, bool isOpen = false) => StartAsync(Compile(spec), time, isOpen);

    /// <summary>Every model served by <paramref name="upstream"/>, under its own name.</summary>
    public static Task<TestGateway> StartAsync(FakeUpstream upstream, string more = "", TimeProvider? time = null) => StartAsync(SpecFor(upstream.BaseUrl, more), time);

    public static async Task<TestGateway> StartAsync(Plan plan, TimeProvider? time = null, bool isOpen = false, Action<ILoggingBuilder>? logging = null, EmbeddedUpstreams? embedded = null, TuningOf? tuning = null)
    {
        var gateway = new TestGateway(plan, time ?? TimeProvider.System, isOpen, logging, embedded, tuning);
        gateway.Server = await GatewayServer.StartAsync(gateway.Options);
        gateway.Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway.Server.Address };
        return gateway;
    }

    public static string SpecFor(string baseUrl, string more = "") => $$"""
        upstreams:
          fake: { type: openai-compatible, baseUrl: "{{baseUrl}}" }
        routes:
          all: { match: { model: "*" }, targets: [ { upstream: fake } ] }
        {{more}}
        """;

    /// <exception cref="InvalidOperationException">The spec has errors; they are the message.</exception>
    public static Plan Compile(string spec, Func<string, string?>? environment = null)
    {
        var outcome = SpecCompiler.Compile("test.yaml", "apiVersion: causeway/v1\n" + spec, environment ?? (_ => null));
        return outcome.Plan ?? throw new InvalidOperationException(string.Join('\n', outcome.Diagnostics));
    }

    public static StringContent Json(string json)
    {
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static string Chat(string model = "m", bool stream = false, string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]{{(stream ? ",\"stream\":true" : "")}}{{more}}}""";

    /// <summary>Sends a chat completion; the answer's body is not read yet.</summary>
    public Task<HttpResponseMessage> SendAsync(string json, CancellationToken cancel = default) =>
        Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json(json) }, HttpCompletionOption.ResponseHeadersRead, cancel);

    /// <summary>Sends bytes as they are over a connection of their own and returns all that comes back until the gateway closes it or <paramref name="until"/> is seen.</summary>
    public async Task<string> RawAsync(string request, string? until = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = new StringBuilder();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, patience.Token) is > 0 and var read)
        {
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (until is not null && answer.ToString().Contains(until, StringComparison.Ordinal)) break;
        }
        return answer.ToString();
    }

    /// <summary>All settled exchanges, oldest first, once there are at least <paramref name="count"/>.</summary>
    public async Task<IReadOnlyList<Exchange>> SettledAsync(int count = 1) => await Eventually.GetAsync(
        async () =>
        {
            await Ledger.FlushAsync(CancellationToken.None);
            using var reader = LedgerReader.Open(DataFolder);
            return (IReadOnlyList<Exchange>)[.. reader.Recent(new ExchangeFilter { Limit = ExchangeFilter.MaxLimit }).Select(r => r.Exchange).OrderBy(e => e.Id)];
        },
        rows => rows.Count >= count,
        $"{count} settled exchanges");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.StopAsync(new CancellationToken(canceled: true));
        await Server.DisposeAsync();
        Plans.Dispose();
        await Ledger.DisposeAsync();
        _folder.Dispose();
    }
}
