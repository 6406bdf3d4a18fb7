using System.Diagnostics;

namespace Causeway.Testing;

/// <summary>Waits for something that other threads or processes bring about, without guessing how long it takes.</summary>
public static class Eventually
{
    /// <exception cref="TimeoutException">It did not come true within the time given.</exception>
    public static async Task TrueAsync(Func<bool> condition, string what, int seconds = 20)
    {
        var waited = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (waited.Elapsed.TotalSeconds > seconds) throw new TimeoutException($"Not within {seconds} s: {what}");
            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>Polls until <paramref name="read"/> gives a value that <paramref name="isRight"/> accepts.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> isRight, string what, int seconds = 20)
    {
        var waited = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            var value = await read();
            if (isRight(value)) return value;
            if (waited.Elapsed.TotalSeconds > seconds) throw new TimeoutException($"Not within {seconds} s: {what}; last seen: {value}");
            await tick.WaitForNextTickAsync();
        }
    }
}
