namespace Causeway.Engine.Tests.Templates;

/// <summary>The moment at which every rendering of the tests takes place.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 5, 14, 7, 9, TimeSpan.Zero);
}
