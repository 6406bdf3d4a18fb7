namespace Causeway.Ledger.Tests.Support;

/// <summary>Waits for something that another thread does in real time.</summary>
internal static class Eventually
{
    internal static async Task Is(Func<bool> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail($"Still not so after 30 seconds: {what}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    internal static Task IsHealthy(this LedgerState ledger) => Is(() => ledger.Health.Status == LedgerStatus.Healthy, "healthy");

    internal static Task IsDegraded(this LedgerState ledger) => Is(() => ledger.Health.Status == LedgerStatus.Degraded, "degraded");
}
