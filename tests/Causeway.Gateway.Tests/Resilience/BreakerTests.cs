using Causeway.Gateway.Resilience;
using Causeway.Spec.Plans;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Resilience;

public sealed class BreakerTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    private static readonly BreakerPlan _plan = new(3, 30 * _second, 10 * _second);

    private readonly FakeTimeProvider _time = new();
    private readonly BreakerState _breaker;

    public BreakerTests() => _breaker = new BreakerState(_plan, _time, () => 0.5);

    [Fact]
    public void Faults_in_a_row_open_it_for_its_time()
    {
        Assert.False(_breaker.Failed(default));
        Assert.False(_breaker.Failed(default));
        Assert.Equal(BreakerPass.Free, _breaker.Enter());
        Assert.True(_breaker.Failed(default));

        Assert.Equal(BreakerPass.Refused, _breaker.Enter());
        Assert.Equal(10 * _second, _breaker.Remaining);
        _time.Advance(9.9 * _second);
        Assert.Equal(BreakerPass.Refused, _breaker.Enter());
        _time.Advance(0.2 * _second);
        Assert.Equal(BreakerPass.Trial, _breaker.Enter());
    }

    [Fact]
    public void A_good_answer_in_between_starts_the_count_anew()
    {
        for (var i = 0; i < 20; i++)
        {
            _breaker.Failed(default);
            _breaker.Failed(default);
            _breaker.Succeeded();
        }

        Assert.Equal(BreakerCondition.Closed, _breaker.Condition);
    }

    [Fact]
    public void Faults_that_lie_further_apart_than_the_window_do_not_add_up()
    {
        _breaker.Failed(default);
        _breaker.Failed(default);
        _time.Advance(31 * _second);
        _breaker.Failed(default);
        _breaker.Failed(default);

        Assert.Equal(BreakerCondition.Closed, _breaker.Condition);
    }

    [Fact]
    public void One_trial_at_a_time_finds_out_and_a_failed_one_opens_it_again()
    {
        Open();
        _time.Advance(10 * _second);

        Assert.Equal(BreakerPass.Trial, _breaker.Enter());
        Assert.Equal(BreakerPass.Refused, _breaker.Enter());
        _breaker.TrialFailed(default);

        Assert.Equal(BreakerCondition.Open, _breaker.Condition);
        Assert.Equal(10 * _second, _breaker.Remaining);
    }

    [Fact]
    public void An_abandoned_trial_makes_room_for_another()
    {
        Open();
        _time.Advance(10 * _second);
        _breaker.Enter();
        _breaker.TrialAbandoned();

        Assert.Equal(BreakerPass.Trial, _breaker.Enter());
    }

    [Fact]
    public void Each_success_lets_twice_as_many_through_until_all_may_go()
    {
        Open();
        _time.Advance(10 * _second);
        var atOnce = new List<int>();
        while (_breaker.Condition != BreakerCondition.Closed)
        {
            var trials = 0;
            while (_breaker.Enter() == BreakerPass.Trial) trials++;
            atOnce.Add(trials);
            _breaker.TrialSucceeded();
            for (var i = 1; i < trials; i++) _breaker.TrialAbandoned();
        }

        Assert.Equal([1, 2, 4, 8, 16], atOnce);
        Assert.True(_breaker.TakeRecovery());
        Assert.False(_breaker.TakeRecovery());
        Assert.Equal(BreakerPass.Free, _breaker.Enter());
    }

    [Theory]
    [InlineData(0.0, 8)]
    [InlineData(0.999999, 12)]
    public void How_long_it_stays_open_is_spread_so_that_gateways_do_not_return_together(double random, int seconds)
    {
        var breaker = new BreakerState(_plan, _time, () => random);
        for (var i = 0; i < 3; i++) breaker.Failed(default);

        Assert.Equal(seconds, breaker.Remaining.TotalSeconds, 0.01);
    }

    [Theory]
    [InlineData(25, 25)]
    [InlineData(3, 10)]
    [InlineData(3600, 60)]
    public void A_wait_the_upstream_asks_for_is_kept_up_to_a_minute(int asked, int seconds)
    {
        _breaker.Failed(default);
        _breaker.Failed(default);
        _breaker.Failed(asked * _second);

        Assert.Equal(seconds, _breaker.Remaining.TotalSeconds, 0.01);
    }

    [Fact]
    public void Late_news_of_requests_sent_before_it_opened_changes_nothing()
    {
        Open();
        _time.Advance(5 * _second);
        Assert.False(_breaker.Failed(default));
        _breaker.Succeeded();

        Assert.Equal(5 * _second, _breaker.Remaining);
    }

    [Fact]
    public void Whatever_happens_it_never_stays_shut_for_ever()
    {
        // Any order of passes, ends and time: once all trials have ended and the time is over, there is a way in.
        Gen.Int[0, 5].Array[0, 200].Sample(steps =>
        {
            var time = new FakeTimeProvider();
            var breaker = new BreakerState(_plan, time, () => 0.3);
            var trials = 0;
            foreach (var step in steps)
            {
                if (step == 0) time.Advance(4 * _second);
                else if (step == 1) breaker.Failed(default);
                else if (step == 2) breaker.Succeeded();
                else if (step == 3 && breaker.Enter() == BreakerPass.Trial) trials++;
                else if (step == 4 && trials > 0 && trials-- > 0) breaker.TrialFailed(default);
                else if (step == 5 && trials > 0 && trials-- > 0) breaker.TrialSucceeded();
            }
            while (trials-- > 0) breaker.TrialAbandoned();
            time.Advance(2 * _plan.Open);
            return breaker.Enter() != BreakerPass.Refused;
        });
    }

    private void Open()
    {
        for (var i = 0; i < _plan.Failures; i++) _breaker.Failed(default);
    }
}
