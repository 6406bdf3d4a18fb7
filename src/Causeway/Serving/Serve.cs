using System.Net;
using System.Runtime.InteropServices;
using Causeway.Embedded;
using Causeway.Gateway;
using Causeway.Gateway.Admin;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Tuning;

namespace Causeway.Serving;

/// <summary>What <c>causeway serve</c> was asked to do.</summary>
internal sealed record ServeRequest(SpecSource Source, IPEndPoint Listen, string DataFolder, bool AllowAnonymous)
{
    public bool IsLocal => IPAddress.IsLoopback(Listen.Address);
}

/// <summary>Puts ledger, plan and gateway together, runs until told to stop, and takes them apart in the reverse order.</summary>
internal static class Serve
{
    public static async Task<int> RunAsync(ServeRequest request, TextWriter output, TextWriter errors)
    {
        if (request.Source.CompileAloud(errors, isServing: true).Plan is not { } plan) return ExitCodes.Usage;
        if (plan.Keys.IsEmpty && !request.IsLocal && !request.AllowAnonymous)
        {
            errors.WriteLine($"Refusing to listen on {request.Listen} without keys: anybody who reaches it could spend your money.");
            errors.WriteLine("Make one with 'causeway key new', list it under keys, or pass --allow-anonymous if something else guards the port.");
            return ExitCodes.Usage;
        }
        try
        {
            await using var ledger = LedgerState.Open(request.DataFolder, new LedgerOptions(), TimeProvider.System);
            await RunAsync(request, plan, ledger, output);
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is LedgerException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failure;
        }
    }

    private static async Task RunAsync(ServeRequest request, Plan plan, LedgerState ledger, TextWriter output)
    {
        using var telemetry = TelemetryExport.Start(Environment.GetEnvironmentVariable);
        using var logs = LoggerFactory.Create(ConfigureLogging);
        ReportHealth(ledger, logs);
        ledger.SavePriceTable(plan.Prices.Hash, plan.Prices.Canonical);
        var models = logs.CreateLogger(EmbeddedMeter.Name);
        using var plans = new PlanState(plan, upstream => new EmbeddedUpstream(upstream, request.DataFolder, TimeProvider.System, models), TimeProvider.System);
        plans.SetKills(KillFile.Read(request.DataFolder));
        plan = plans.Plan;
        await ledger.AuditAsync("serve", "plan.activated", plan.Hash, plan.Canonical, CancellationToken.None);

        var token = AdminFile.NewToken();
        await using var tuning = new TuningState(request.DataFolder, () => plans.Plan.Upstreams, ledger, TimeProvider.System, logs.CreateLogger("Causeway.Tuning"));
        await using var server = await GatewayServer.StartAsync(new GatewayOptions
        {
            Listen = request.Listen,
            Plans = plans,
            Ledger = ledger,
            IsOpen = request.AllowAnonymous,
            Admin = new AdminOptions(token, request.DataFolder),
            Tuning = tuning.HandleAsync,
            Logging = ConfigureLogging,
        });
        tuning.Start();
        using var admin = AdminFile.Write(request.DataFolder, server.Address, token);
        using var reloader = new SpecReloader(request.Source, plans, ledger, request.IsLocal || request.AllowAnonymous, logs.CreateLogger<SpecReloader>());
        using var watcher = Watch(request.Source, reloader);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = reloader.ReloadAsync("SIGHUP", CancellationToken.None);
        });
        using var stop = new StopSignal();
        Banner.Write(output, server.Address, request, plan, plans.Kills);

        await stop.First;
        output.WriteLine("Stopping: running answers may finish (30 s at most). Ctrl+C again to hurry.");
        tuning.BeginStop();
        await server.StopAsync(stop.Second);
        await ledger.FlushAsync(CancellationToken.None);
        output.WriteLine("Stopped; every exchange is in the ledger.");
    }

    private static SpecWatcher? Watch(SpecSource source, SpecReloader reloader) =>
        source.File is null ? null : new SpecWatcher(Path.GetFullPath(source.File), TimeProvider.System, () => _ = reloader.ReloadAsync("file changed", CancellationToken.None));

    private static void ReportHealth(LedgerState ledger, ILoggerFactory logs)
    {
        var log = logs.CreateLogger("Causeway.Ledger");
        ledger.HealthChanged += health => LedgerLog.Report(log, health);
    }

    private static void ConfigureLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // Standard output is for what the user asked for.
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
    }
}
