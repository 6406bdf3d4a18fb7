using System.Net;
using Causeway.Gateway.Admin;
using Causeway.Gateway.Admit;
using Causeway.Gateway.Deadlines;
using Causeway.Gateway.Forward;
using Causeway.Gateway.Health;
using Causeway.Gateway.Identify;
using Causeway.Gateway.Route;
using Causeway.Gateway.Resilience;
using Causeway.Gateway.Settle;
using Causeway.Gateway.Tuning;
using Causeway.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway;

/// <summary>What a gateway needs from its surroundings. It owns none of it but the listener.</summary>
public sealed record GatewayOptions
{
    public required IPEndPoint Listen { get; init; }
    public required PlanState Plans { get; init; }
    public required LedgerState Ledger { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Serve other machines although the plan lists no keys.</summary>
    public bool IsOpen { get; init; }

    /// <summary>How long exchanges in progress may go on after <see cref="GatewayServer.StopAsync"/>.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Null: no admin API.</summary>
    public AdminOptions? Admin { get; init; }

    /// <summary>
    /// Answers <c>/v1/files…</c> and <c>/v1/fine_tuning…</c>, whose callers have been let in; null: nobody does. Called on the thread that reads sockets.
    /// </summary>
    public Func<HttpContext, string, Task>? Tuning { get; init; }

    public Action<ILoggingBuilder> Logging { get; init; } = static _ => { };
}

/// <summary>The admin API of a gateway.</summary>
/// <param name="Token">Who knows it may switch things off; it stands in a file that only the operator can read.</param>
/// <param name="DataFolder">Where it keeps what is switched off.</param>
public sealed record AdminOptions(string Token, string DataFolder)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => DataFolder;
}

/// <summary>The data plane behind one listener, from <see cref="StartAsync"/> to <see cref="StopAsync"/>.</summary>
public sealed class GatewayServer : IAsyncDisposable
{
    // Time for the last words of streams that are cut when the drain time is over.
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(10);

    /// <summary>The name of the gateway's <c>ActivitySource</c> and of its meter: see docs/operations/telemetry.md.</summary>
    public const string TelemetryName = "Causeway.Gateway";

    private readonly WebApplication _app;
    private readonly GatewayOptions _options;
    private readonly CallPool _calls;
    private readonly HealthEndpoint _health;
    private readonly GatewayMeter _meter = new();
    private readonly WarmState _warm;
    private KillState? _kills;

    private GatewayServer(GatewayOptions options)
    {
        _options = options;
        _calls = new CallPool(options.Time);
        var admission = new Admission();
        _health = new HealthEndpoint(options.Plans, options.Ledger, admission);
        _app = Build(options);
        _warm = new WarmState(options.Plans, options.Time, _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<WarmState>());
        _app.Run(CreateEndpoints(admission).HandleAsync);
    }

    /// <summary>Where it listens; the port is the real one when 0 was asked for.</summary>
    public Uri Address { get; private set; } = null!;

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<GatewayServer> StartAsync(GatewayOptions options, CancellationToken cancel = default)
    {
        var server = new GatewayServer(options);
        await server._app.StartAsync(cancel);
        server.Address = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        server._warm.Start();
        return server;
    }

    /// <summary>
    /// Refuses new connections, lets exchanges in progress finish for <see cref="GatewayOptions.Drain"/> (or until <paramref name="hurry"/>), then ends
    /// them with an in-band error. When it completes every exchange is settled.
    /// </summary>
    public async Task StopAsync(CancellationToken hurry = default)
    {
        _health.StartDraining();
        using var drain = new CancellationTokenSource(_options.Drain, _options.Time);
        await using var onTime = drain.Token.UnsafeRegister(static state => ((CallPool)state!).CancelAll(CancelReason.Shutdown), _calls);
        await using var onHurry = hurry.UnsafeRegister(static state => ((CallPool)state!).CancelAll(CancelReason.Shutdown), _calls);
        await _app.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _calls.Dispose();
        _kills?.Dispose();
        _warm.Dispose();
        _meter.Dispose();
    }

    private Endpoints CreateEndpoints(Admission admission)
    {
        var logs = _app.Services.GetRequiredService<ILoggerFactory>();
        var keys = new KeyCheck(_options.IsOpen);
        var forwarder = new Forwarder(_options.Plans, new UpstreamErrors(_options.Time), _options.Time, Random.Shared.NextDouble, logs.CreateLogger<Forwarder>());
        var budgets = new RouteBudgets(_options.Ledger, _options.Time);
        budgets.Prime(_options.Plans.Plan);
        var settlement = new Settlement(_options.Ledger, budgets, _meter, new SunsetLog(logs.CreateLogger<SunsetLog>()));
        var pipeline = new RequestPipeline(_options.Plans, _calls, keys, new Router(budgets, _options.Time), admission, forwarder, settlement);
        var tuning = _options.Tuning is { } answer ? new TuningDoor(answer) : null;
        return new Endpoints(pipeline, _options.Plans, keys, _health, CreateAdmin(tuning), tuning, _meter, _options.Time, logs.CreateLogger<Endpoints>());
    }

    private AdminEndpoint? CreateAdmin(TuningDoor? tuning)
    {
        if (_options.Admin is not { } admin) return null;
        _kills = new KillState(_options.Plans, _options.Ledger, _calls, admin.DataFolder, _options.Time);
        return new AdminEndpoint(_kills, tuning, admin.Token);
    }

    private static WebApplication Build(GatewayOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "causeway" });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain + _lastWords);
        // Signals belong to the program around the gateway, not to its host.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        options.Logging(builder.Logging);
        // A cut stream leaves the handler as an exception by design; real failures are logged by the endpoints.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical);
        // Any level here makes the host start an activity for every request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // One thread takes a request from the socket to the next wait. Long work leaves it first (see BodyReader, WholeRelay).
        // And a read that waits holds its buffer (4 KiB a connection): asking first whether there is anything would be one more operation a request.
        builder.WebHost.UseSockets(static sockets => (sockets.UnsafePreferInlineScheduling, sockets.WaitForDataBeforeAllocatingBuffer) = (true, false));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options.Listen));
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, IPEndPoint listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = HttpStrictness.EncodingOf!;
        // The body's limit is the plan's and may change with it; BodyReader enforces it.
        kestrel.Limits.MaxRequestBodySize = null;
        // A client that does not read is ended by limits.idle, which a reload can change; the server's own rate rule would come first.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 << 10;
        kestrel.Limits.MaxConcurrentConnections = 20_000;
        kestrel.Listen(listen, static endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
