namespace Causeway.Spec.Tests;

public sealed class BuiltInSpecTests
{
    [Theory]
    [InlineData(true, "default", "local")]
    [InlineData(false, "rehearsal", "rehearsal")]
    public void The_built_in_spec_compiles_without_a_word(bool hasModel, string route, string upstream)
    {
        var outcome = SpecCompiler.CompileBuiltIn(hasModel);

        Assert.Empty(outcome.Diagnostics);
        Assert.Equal(route, outcome.Plan?.Routes.Find("gpt-4o-mini")?.Name);
        Assert.Equal(upstream, outcome.Plan?.Routes.Find("gpt-4o-mini")?.Targets[0].Upstream);
        Assert.True(outcome.Plan?.Keys.IsEmpty);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unknown_model_has_no_route_in_the_built_in_spec(bool hasModel) =>
        Assert.Null(SpecCompiler.CompileBuiltIn(hasModel).Plan?.Routes.Find("gpt-4o-mini-2024"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_rehearsal_can_be_asked_for_by_name(bool hasModel) =>
        Assert.Equal("rehearsal", SpecCompiler.CompileBuiltIn(hasModel).Plan?.Routes.Find("rehearsal-echo")?.Targets[0].Upstream);
}
