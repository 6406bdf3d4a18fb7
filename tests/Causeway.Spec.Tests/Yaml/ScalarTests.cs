using Causeway.Spec.Diagnostics;
using Causeway.Spec.Yaml;

namespace Causeway.Spec.Tests.Yaml;

public sealed class ScalarTests
{
    [Theory]
    [InlineData("no", "Text")]
    [InlineData("off", "Text")]
    [InlineData("1_000", "Text")]
    [InlineData("12:30", "Text")]
    [InlineData("'4'", "Text")]
    [InlineData("\"true\"", "Text")]
    [InlineData("|\n  4", "Text")]
    [InlineData("''", "Text")]
    [InlineData("-4", "Integer")]
    [InlineData("0x1F", "Integer")]
    [InlineData("0o17", "Integer")]
    [InlineData("1.50", "Number")]
    [InlineData("1e3", "Number")]
    [InlineData(".inf", "Number")]
    [InlineData("True", "Boolean")]
    [InlineData("~", "Null")]
    [InlineData("", "Null")]
    public void Scalars_have_the_type_of_the_core_schema(string yaml, string kind)
    {
        var bag = new DiagnosticBag("x");
        var root = Assert.IsType<YamlMapping>(YamlReader.Read($"a: {yaml}\n", bag));

        Assert.Equal(kind, Assert.IsType<YamlScalar>(root.Entries[0].Value).Kind.ToString());
    }

    [Fact]
    public void Keys_and_values_know_their_places()
    {
        var root = Assert.IsType<YamlMapping>(YamlReader.Read("# c\na:\n  - \"x\"\n  - { k: v }\n", new DiagnosticBag("x")));
        var list = Assert.IsType<YamlSequence>(root.Entries[0].Value);
        var inner = Assert.IsType<YamlMapping>(list.Items[1]);

        Assert.Equal(new Position(2, 1), root.Entries[0].Key.At);
        Assert.Equal(new Position(3, 5), list.Items[0].At);
        Assert.Equal(new Position(4, 5), inner.At);
        Assert.Equal(new Position(4, 10), inner.Entries[0].Value.At);
    }
}
