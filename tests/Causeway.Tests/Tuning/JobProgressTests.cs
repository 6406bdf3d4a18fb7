using Causeway.Tuning.Worker;

namespace Causeway.Tests.Tuning;

public sealed class JobProgressTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(-60, 2)]
    [InlineData(0, 2)]
    [InlineData(90, 90)]
    public void A_job_in_progress_never_ends_in_the_past(int estimated, int told) =>
        Assert.Equal(_now.AddSeconds(told), new JobProgress(3, 4, _now.AddSeconds(estimated)).AsOf(_now).EstimatedFinish);
}
