using Causeway.Gateway;
using Causeway.Ledger;

namespace Causeway.Serving;

/// <summary>
/// Puts a changed spec into force. A spec that does not compile, would open the gateway to strangers, or cannot be written to the audit log
/// is refused: the plan in force lives on. One reload at a time; safe to call from any thread.
/// </summary>
internal sealed partial class SpecReloader(SpecSource source, PlanState plans, LedgerState ledger, bool mayBeKeyless, ILogger<SpecReloader> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public async Task ReloadAsync(string cause, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            await TryActivateAsync(cause, cancel);
        }
        catch (Exception e) when (e is LedgerException or IOException)
        {
            LogNotAudited(e.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task TryActivateAsync(string cause, CancellationToken cancel)
    {
        var outcome = source.Compile(isServing: true);
        foreach (var diagnostic in outcome.Diagnostics) LogDiagnostic(diagnostic.ToString());
        if (outcome.Plan is not { } plan) LogRefused("it has errors", plans.Plan.Hash);
        else if (plan.Keys.IsEmpty && !mayBeKeyless) LogRefused("it lists no keys and the gateway listens beyond this machine", plans.Plan.Hash);
        // Rotated secrets do not show in the hash, so an equal hash is put into force too.
        else
        {
            ledger.SavePriceTable(plan.Prices.Hash, plan.Prices.Canonical);
            var effective = plans.Effective(plan);
            await ledger.AuditAsync(cause, "plan.activated", effective.Hash, effective.Canonical, cancel);
            plans.Activate(plan);
            LogActivated(plans.Plan.Hash, cause);
        }
    }

    [LoggerMessage(3001, LogLevel.Information, "Plan {Hash} is in force ({Cause})")]
    private partial void LogActivated(string hash, string cause);

    [LoggerMessage(3002, LogLevel.Error, "The changed spec is refused because {Reason}; plan {Hash} stays in force")]
    private partial void LogRefused(string reason, string hash);

    [LoggerMessage(3003, LogLevel.Warning, "{Diagnostic}")]
    private partial void LogDiagnostic(string diagnostic);

    [LoggerMessage(3004, LogLevel.Error, "The changed spec is refused because it could not be written to the audit log: {Reason}")]
    private partial void LogNotAudited(string reason);
}
