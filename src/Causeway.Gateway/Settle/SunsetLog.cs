using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Settle;

/// <summary>Says once a day for each model with an end that real traffic still uses it. Thread-safe; bounded by the models of the catalog.</summary>
internal sealed partial class SunsetLog(ILogger<SunsetLog> logger)
{
    private readonly ConcurrentDictionary<(string Upstream, string Model), int> _lastDay = new();

    public void Notice(Call call)
    {
        if (call.Active.Sunsets?.Find(call) is not { Shutdown: { } shutdown } sunset) return;
        var today = DateOnly.FromDateTime(call.StartedAt.UtcDateTime);
        if (!IsFirstOf(today.DayNumber, (sunset.Upstream, sunset.Model))) return;
        var days = shutdown.DayNumber - today.DayNumber;
        if (days > 0) LogRetires(sunset.Model, sunset.Upstream, shutdown, days, sunset.Replacement ?? "nothing");
        else LogRetired(sunset.Model, sunset.Upstream, shutdown, sunset.Replacement ?? "nothing");
    }

    private bool IsFirstOf(int day, (string, string) model)
    {
        while (true)
        {
            if (!_lastDay.TryGetValue(model, out var last))
            {
                if (_lastDay.TryAdd(model, day)) return true;
            }
            else if (last >= day) return false;
            else if (_lastDay.TryUpdate(model, day, last)) return true;
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Traffic uses model {Model} of upstream {Upstream}, which retires on {Shutdown:yyyy-MM-dd}, in {Days} days; its provider suggests {Replacement} (causeway catalog sunset)")]
    private partial void LogRetires(string model, string upstream, DateOnly shutdown, int days, string replacement);

    [LoggerMessage(2102, LogLevel.Error, "Traffic uses model {Model} of upstream {Upstream}, which has retired on {Shutdown:yyyy-MM-dd}; its provider suggests {Replacement}")]
    private partial void LogRetired(string model, string upstream, DateOnly shutdown, string replacement);
}
