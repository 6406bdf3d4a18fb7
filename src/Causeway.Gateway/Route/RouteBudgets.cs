using System.Collections.Concurrent;
using Causeway.Ledger;
using Causeway.Spec.Plans;

namespace Causeway.Gateway.Route;

/// <summary>
/// What every route has cost since midnight UTC: counted as exchanges are settled, and read once from the ledger for the time before this
/// process. Money counts for the day on which its exchange started. Thread-safe.
/// </summary>
internal sealed class RouteBudgets(LedgerState ledger, TimeProvider time)
{
    private const decimal NanosPerUsd = 1_000_000_000m;

    private readonly ConcurrentDictionary<string, Spending> _spent = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly Lock _priming = new();
    private volatile bool _isPrimed;

    /// <summary>Reads what routes cost today before this process started, once; without a budget in the plan there is no need to.</summary>
    /// <exception cref="LedgerException">The ledger cannot be read: then it is not known whether money is left.</exception>
    public void Prime(Plan plan)
    {
        if (_isPrimed || !plan.Routes.All.Any(static route => route.Routing?.UsdPerDay is not null)) return;
        lock (_priming)
        {
            if (_isPrimed) return;
            var midnight = new DateTimeOffset(_since.UtcDateTime.Date, TimeSpan.Zero);
            foreach (var (route, nanos) in ledger.CostByRoute(midnight, _since)) Add(route, _since, nanos);
            _isPrimed = true;
        }
    }

    public void Add(string route, DateTimeOffset startedAt, long nanos) =>
        _spent.GetOrAdd(route, static _ => new Spending()).Add(DayOf(startedAt), nanos);

    /// <summary>Whether the route has a budget and has reached it.</summary>
    public bool IsSpent(RoutePlan route, DateTimeOffset now) =>
        route.Routing?.UsdPerDay is { } usd
        && (_spent.TryGetValue(route.Name, out var spending) ? spending.On(DayOf(now)) : 0) >= usd * NanosPerUsd;

    /// <summary>Seconds until the next day's budget, at least one.</summary>
    public static int SecondsToMidnight(DateTimeOffset now) => (int)Math.Max(1, Math.Ceiling((TimeSpan.FromDays(1) - now.UtcDateTime.TimeOfDay).TotalSeconds));

    private static long DayOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;

    private sealed class Spending
    {
        private readonly Lock _lock = new();
        private long _day;
        private long _nanos;

        public void Add(long day, long nanos)
        {
            lock (_lock)
            {
                if (day < _day) return;
                if (day > _day) (_day, _nanos) = (day, 0);
                _nanos = nanos > long.MaxValue - _nanos ? long.MaxValue : _nanos + nanos;
            }
        }

        public long On(long day)
        {
            lock (_lock) return day == _day ? _nanos : 0;
        }
    }
}
