using System.Text.Json;
using Causeway.Gateway.Admin;
using Causeway.Gateway.Admit;
using Causeway.Ledger;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Health;

/// <summary>
/// <c>/healthz</c>: the process runs. <c>/readyz</c>: it can serve. A degraded ledger is said loudly there but does not take the gateway out of service:
/// rows are spilled and recovered, and traffic matters more than its record.
/// </summary>
internal sealed class HealthEndpoint(PlanState plans, LedgerState ledger, Admission admission)
{
    private volatile bool _isDraining;

    public void StartDraining() => _isDraining = true;

    public static Task LiveAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status200OK, static json => json.WriteString("status", "ok"));

    public Task ReadyAsync(HttpContext http)
    {
        var health = ledger.Health;
        var status = _isDraining ? "draining" : health.Status == LedgerStatus.Healthy ? "ready" : "degraded";
        return WriteAsync(http, _isDraining ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK, json =>
        {
            json.WriteString("status", status);
            json.WriteString("plan", plans.Current.Plan.Hash);
            json.WriteNumber("exchanges_in_progress", admission.InProgress);
            KillFile.WriteArray(json, plans.Kills);
            WriteLedger(json, health);
        });
    }

    private static void WriteLedger(Utf8JsonWriter json, LedgerHealth health)
    {
        json.WriteStartObject("ledger");
        json.WriteString("status", health.Status == LedgerStatus.Healthy ? "healthy" : "degraded");
        json.WriteString("reason", health.Reason);
        json.WriteNumber("rows_written", health.RowsWritten);
        json.WriteNumber("rows_spilled", health.RowsSpilled);
        json.WriteNumber("rows_dropped", health.RowsDropped);
        json.WriteNumber("queue_length", health.QueueLength);
        json.WriteEndObject();
    }

    private static Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> members) =>
        JsonAnswer.WriteAsync(http, status, members, static (buffer, members) =>
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        });
}
