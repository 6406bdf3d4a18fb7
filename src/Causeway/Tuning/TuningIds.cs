using System.Globalization;

namespace Causeway.Tuning;

/// <summary>Ids of files and jobs: UUIDv7 (RFC 9562 §5.7) behind OpenAI's prefixes, so that their order is that of their making. Thread-safe.</summary>
internal sealed class TuningIds(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _last;

    /// <param name="prefix"><c>file</c>, <c>ftjob</c> or <c>ftckpt</c>.</param>
    public string New(string prefix)
    {
        long now;
        lock (_lock) now = _last = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), _last + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now)):N}");
    }
}
