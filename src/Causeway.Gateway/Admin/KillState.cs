using System.Collections.Immutable;
using Causeway.Ledger;
using Causeway.Ledger.Auditing;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Admin;

/// <summary>How a change of the kill switch ended.</summary>
/// <param name="Problem">It is in force, but could not be recorded: why. Null when all is well.</param>
internal readonly record struct KillOutcome(bool IsKnown, string? Problem);

/// <summary>
/// The kill switch. Switching off is in force first and recorded then: a full disk must not keep anybody from stopping the money. Switching on can
/// wait: its file is written first, then its audit entry, and only when both are on disk the file counts. One change at a time; thread-safe.
/// </summary>
internal sealed class KillState(PlanState plans, LedgerState ledger, CallPool calls, string dataFolder, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public ImmutableArray<Kill> Current => plans.Kills;

    public string PlanHash => plans.Plan.Hash;

    /// <param name="now">Ends requests in progress too.</param>
    public async Task<KillOutcome> KillAsync(KillKind kind, string name, string reason, bool now)
    {
        await _one.WaitAsync();
        try
        {
            if (!IsInPlan(kind, name) || plans.Kills.Length >= KillFile.MaxKills) return new KillOutcome(false, null);
            plans.SetKills([.. plans.Kills.Where(kill => kill.Kind != kind || kill.Name != name), new Kill(kind, name, time.GetUtcNow(), reason)]);
            if (now) calls.CancelKilled(kind, name);
            return new KillOutcome(true, await RecordAsync(kind, name));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <exception cref="LedgerException">It could not be recorded, and stays off.</exception>
    /// <exception cref="IOException">The same.</exception>
    public async Task<KillOutcome> ReviveAsync(KillKind kind, string name)
    {
        await _one.WaitAsync();
        try
        {
            var rest = plans.Kills.RemoveAll(kill => kill.Kind == kind && kill.Name == name);
            if (rest.Length == plans.Kills.Length) return new KillOutcome(false, null);
            KillFile.Stage(dataFolder, rest);
            await AuditAsync("unkill", kind, name, plans.WithKills(rest));
            try
            {
                KillFile.Commit(dataFolder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await AuditAsync("unkill", kind, name, plans.Plan, ".failed");
                throw;
            }
            plans.SetKills(rest);
            return new KillOutcome(true, null);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>What is in force is written wherever it can be; null when that is everywhere.</summary>
    private async Task<string?> RecordAsync(KillKind kind, string name)
    {
        string? problem = null;
        try
        {
            KillFile.Write(dataFolder, plans.Kills);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }
        try
        {
            await AuditAsync("kill", kind, name, plans.Plan);
        }
        catch (LedgerException e)
        {
            problem = problem is null ? e.Message : $"{problem} {e.Message}";
        }
        return problem;
    }

    private Task<AuditEntry> AuditAsync(string action, KillKind kind, string name, Plan plan, string end = "") =>
        ledger.AuditAsync("admin", $"{action}.{KillFile.Word(kind)}{end}", name, plan.Canonical, CancellationToken.None);

    private bool IsInPlan(KillKind kind, string name) => kind == KillKind.Route
        ? plans.Plan.Routes.All.Any(route => route.Name == name)
        : plans.Plan.Upstreams.Any(upstream => upstream.Name == name);
}
