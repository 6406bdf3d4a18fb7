using Causeway.Gateway.Route;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Tests.Route;

public sealed class RouteChoiceTests
{
    private static readonly Plan _plan = TestGateway.Compile("""
        upstreams: { r: { type: rehearsal } }
        routes:
          bounded:
            match: { model: m }
            degrade: { to: { upstream: r, model: small }, when: breaker }
            targets: [ { upstream: r, model: big }, { upstream: r, model: other } ]
        """);

    [Fact]
    public void An_open_breaker_of_the_first_target_puts_the_cheaper_place_before_it()
    {
        var choice = Choose(target => target.Model == "big");

        Assert.Equal(["small", "big", "other"], choice.Targets.Select(target => target.Model));
        Assert.Equal("degraded=breaker", choice.Reason);
    }

    [Fact]
    public void An_open_breaker_of_a_fallback_changes_nothing()
    {
        var choice = Choose(target => target.Model == "other");

        Assert.Equal(["big", "other"], choice.Targets.Select(target => target.Model));
        Assert.Null(choice.Reason);
    }

    private static RouteChoice Choose(Func<TargetPlan, bool> isOpen) => RouteChoice.Of(
        _plan.Routes, _plan.Routes.All[0], new RouteQuestion(Guid.Empty, null, new HeaderDictionary(), default, null), isSpent: false, isOpen);
}
