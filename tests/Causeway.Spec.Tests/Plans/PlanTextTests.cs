using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Plans;

public sealed class PlanTextTests
{
    private const string Full = "tests/Causeway.Spec.Tests/Fixtures/full";

    [Fact]
    public void A_plan_reads_as_it_was_meant() =>
        Repository.AssertMatches($"{Full}.plan.golden.txt", PlanText.Render(Specs.Plan(Repository.Read($"{Full}.yaml"))));

    [Fact]
    public void What_is_not_there_is_said()
    {
        var text = PlanText.Render(Specs.Plan(Specs.Smallest));

        Assert.Contains("none: callers from this machine only, any key accepted", text, StringComparison.Ordinal);
        Assert.Contains("none: tokens are counted, costs are not", text, StringComparison.Ordinal);
    }
}
