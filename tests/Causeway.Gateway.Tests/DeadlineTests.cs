using Causeway.Gateway.Deadlines;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests;

public sealed class DeadlineTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_cancels_when_a_phase_takes_too_long_and_says_which()
    {
        using var deadline = Started(10 * _second);
        deadline.Arm(2 * _second, CancelReason.FirstByte);

        _time.Advance(1.9 * _second);
        Assert.False(deadline.Token.IsCancellationRequested);
        _time.Advance(0.2 * _second);

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.Equal(CancelReason.FirstByte, deadline.Reason);
    }

    [Fact]
    public void Re_arming_moves_the_deadline()
    {
        using var deadline = Started(100 * _second);
        for (var i = 0; i < 20; i++)
        {
            deadline.Arm(2 * _second, CancelReason.Idle);
            _time.Advance(1.5 * _second);
        }

        Assert.False(deadline.Token.IsCancellationRequested);
        _time.Advance(_second);
        Assert.Equal(CancelReason.Idle, deadline.Reason);
    }

    [Fact]
    public void The_total_is_a_ceiling_over_every_phase()
    {
        using var deadline = Started(5 * _second);
        deadline.Arm(60 * _second, CancelReason.Idle);

        _time.Advance(5.1 * _second);

        Assert.Equal(CancelReason.Total, deadline.Reason);
    }

    [Fact]
    public void After_a_lost_attempt_there_is_a_fresh_token_but_not_after_the_end()
    {
        using var deadline = Started(10 * _second);
        deadline.Arm(_second, CancelReason.FirstByte);
        _time.Advance(2 * _second);

        Assert.True(deadline.Renew());
        Assert.False(deadline.Token.IsCancellationRequested);
        deadline.Cancel(CancelReason.ClientGone);
        Assert.False(deadline.Renew());
        Assert.Equal(CancelReason.ClientGone, deadline.Reason);
    }

    [Fact]
    public void A_caller_that_goes_during_a_lost_attempt_is_not_forgotten()
    {
        using var deadline = Started(10 * _second);
        deadline.Arm(_second, CancelReason.FirstByte);
        _time.Advance(2 * _second);
        deadline.Cancel(CancelReason.ClientGone);

        Assert.False(deadline.Renew());
    }

    [Fact]
    public void A_late_cancel_does_not_reach_the_next_exchange()
    {
        using var deadline = Started(10 * _second);
        deadline.Arm(_second, CancelReason.Idle);
        deadline.Stop();
        deadline.Cancel(CancelReason.Shutdown);
        deadline.Start(_time.GetTimestamp(), 10 * _second);

        _time.Advance(9 * _second);

        Assert.False(deadline.Token.IsCancellationRequested);
        Assert.Equal(CancelReason.None, deadline.Reason);
    }

    private Deadline Started(TimeSpan total)
    {
        var deadline = new Deadline(_time);
        deadline.Start(_time.GetTimestamp(), total);
        return deadline;
    }
}
