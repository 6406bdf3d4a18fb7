namespace Causeway.Spec.Tests;

public sealed class BuiltInSpecTests
{
    [Fact]
    public void The_built_in_spec_compiles_without_a_word()
    {
        var outcome = SpecCompiler.CompileBuiltIn();

        Assert.Empty(outcome.Diagnostics);
        Assert.Equal("rehearsal", outcome.Plan?.Routes.Find("gpt-4o-mini")?.Name);
        Assert.True(outcome.Plan?.Keys.IsEmpty);
    }

    [Fact]
    public void An_unknown_model_has_no_route_in_the_built_in_spec() =>
        Assert.Null(SpecCompiler.CompileBuiltIn().Plan?.Routes.Find("gpt-4o-mini-2024"));
}
