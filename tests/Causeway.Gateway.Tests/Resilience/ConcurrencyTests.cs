using Causeway.Gateway.Resilience;
using Causeway.Spec.Plans;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Resilience;

public sealed class ConcurrencyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrencyState _places;

    public ConcurrencyTests() => _places = new ConcurrencyState(new ConcurrencyPlan(2, 2, TimeSpan.FromSeconds(1)), _time);

    [Fact]
    public async Task Places_are_taken_at_once_then_there_is_a_line_then_a_no()
    {
        Assert.True(await EnterNow());
        Assert.True(await EnterNow());
        var (third, fourth) = (Enter(), Enter());

        Assert.False(await EnterNow());
        Assert.Equal((2, 2), (_places.Taken, _places.Waiting));
        Assert.False(third.IsCompleted || fourth.IsCompleted);
    }

    [Fact]
    public async Task A_place_goes_to_who_has_waited_longest_and_nobody_overtakes()
    {
        await EnterNow();
        await EnterNow();
        var (third, fourth) = (Enter(), Enter());

        _places.Leave();
        Assert.True(await third);
        Assert.False(fourth.IsCompleted);
        Assert.Equal((2, 1), (_places.Taken, _places.Waiting));
        _places.Leave();
        Assert.True(await fourth);
    }

    [Fact]
    public async Task A_wait_in_vain_ends_and_leaves_no_hole()
    {
        await EnterNow();
        await EnterNow();
        var third = Enter();
        _time.Advance(TimeSpan.FromSeconds(1.1));

        Assert.False(await third);
        Assert.Equal(0, _places.Waiting);
        _places.Leave();
        _places.Leave();
        Assert.Equal(0, _places.Taken);
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_holds_no_place()
    {
        await EnterNow();
        await EnterNow();
        using var gone = new CancellationTokenSource();
        var third = Enter(gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.Equal((2, 0), (_places.Taken, _places.Waiting));
    }

    [Fact]
    public async Task Under_pressure_from_many_threads_the_bound_holds_and_all_is_given_back()
    {
        var places = new ConcurrencyState(new ConcurrencyPlan(5, 100, TimeSpan.FromMinutes(1)), TimeProvider.System);
        var (inside, most, served) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                if (!await places.EnterAsync(CancellationToken.None)) continue;
                var now = Interlocked.Increment(ref inside);
                if (now > Volatile.Read(ref most)) most = now;
                await Task.Yield();
                Interlocked.Increment(ref served);
                Interlocked.Decrement(ref inside);
                places.Leave();
            }
        }, TestContext.Current.CancellationToken)));

        Assert.InRange(most, 1, 5);
        Assert.Equal((0, 0, 64 * 200), (places.Taken, places.Waiting, served));
    }

    private Task<bool> Enter(CancellationToken cancel = default) => _places.EnterAsync(cancel).AsTask();

    private Task<bool> EnterNow()
    {
        var entered = Enter();
        Assert.True(entered.IsCompleted);
        return entered;
    }
}
