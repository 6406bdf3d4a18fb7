using System.Reflection;
using Causeway.Embedded;
using Causeway.Gateway;
using Causeway.Ledger;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Causeway.Serving;

/// <summary>
/// Sends spans and metrics to a collector over OTLP, where OpenTelemetry's own environment variables name one; without them nobody listens and
/// nothing is recorded. Everything else about it (protocol, headers, sampling, batches) is those variables' too. Disposal sends what is left.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private TelemetryExport(TracerProvider? traces, MeterProvider? metrics) => (_traces, _metrics) = (traces, metrics);

    public static TelemetryExport Start(Func<string, string?> environment) => new(
        Wants(environment, "TRACES")
            ? Sdk.CreateTracerProviderBuilder().AddSource(GatewayServer.TelemetryName).ConfigureResource(Describe).AddOtlpExporter().Build()
            : null,
        Wants(environment, "METRICS")
            ? Sdk.CreateMeterProviderBuilder().AddMeter(GatewayServer.TelemetryName, LedgerState.MeterName, EmbeddedMeter.Name).ConfigureResource(Describe).AddOtlpExporter().Build()
            : null);

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static bool Wants(Func<string, string?> environment, string signal) =>
        (environment("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } || environment($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is { Length: > 0 })
        && environment($"OTEL_{signal}_EXPORTER") != "none"
        && !string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    // The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, so that they win.
    private static void Describe(ResourceBuilder resource) => resource
        .AddService("causeway", serviceVersion: typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        .AddEnvironmentVariableDetector();
}
