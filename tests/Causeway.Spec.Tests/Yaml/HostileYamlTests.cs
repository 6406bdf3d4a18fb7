using Causeway.Spec.Diagnostics;
using CsCheck;

namespace Causeway.Spec.Tests.Yaml;

public sealed class HostileYamlTests
{
    private static readonly string[] Pieces =
    [
        "[", "]", "{", "}", ":", ": ", "- ", "? ", "\n", "\n  ", "\t", "\"", "'", "#", "&a", "*a", "!", "|", ">", "%", "---\n", "...\n",
        ",", "a", "\\", "0",
    ];

    [Theory]
    [InlineData("a: &x 1\n", "1:4", "SPEC0005")]
    [InlineData("a: *x\n", "1:4", "SPEC0005")]
    [InlineData("<<: { a: 1 }\n", "1:1", "SPEC0005")]
    [InlineData("a: !!str x\n", "1:4", "SPEC0005")]
    [InlineData("a: ! x\n", "1:4", "SPEC0005")]
    [InlineData("? [a, b]\n: c\n", "1:3", "SPEC0005")]
    [InlineData("~: c\n", "1:1", "SPEC0005")]
    [InlineData("apiVersion: causeway/v1\n---\na: 1\n", "2:1", "SPEC0005")]
    [InlineData("limits: {}\nlimits: {}\n", "2:1", "SPEC0006")]
    [InlineData("a: 1\n\tb: 2\n", "2:1", "SPEC0004")]
    [InlineData("a: [1, 2\n", "2:1", "SPEC0004")]
    [InlineData("a: \"open\n", "1:4", "SPEC0004")]
    [InlineData("a: {b: 1\nc: 1", "1:6", "SPEC0004")]
    [InlineData("a: @x\n", "1:4", "SPEC0004")]
    [InlineData("", "1:1", "SPEC0008")]
    [InlineData("# nothing but a comment\n", "1:1", "SPEC0008")]
    [InlineData("---\n", "1:1", "SPEC0008")]
    [InlineData("null\n", "1:1", "SPEC0008")]
    [InlineData("- a\n", "1:1", "SPEC0009")]
    [InlineData("a: 1\nb: \u0000\n", "2:4", "SPEC0003")]
    [InlineData("a: \u001b[31m\n", "1:4", "SPEC0003")]
    [InlineData("a: \"\\0\"\n", "1:4", "SPEC0003")]
    [InlineData("a: 1\uFEFF\n", "1:5", "SPEC0003")]
    public void What_specs_do_without_is_refused_where_it_stands(string yaml, string place, string code) =>
        Assert.Contains(Specs.Compile(yaml).Diagnostics, d => d.Code == code && $"{d.Line}:{d.Column}" == place);

    [Theory]
    [InlineData(0xD800)]
    [InlineData(0xDFFF)]
    public void Half_a_surrogate_pair_is_no_text(int codeUnit)
    {
        // Not in an attribute: those are stored as UTF-8, which cannot hold it.
        var problem = Specs.OnlyProblem($"a: {(char)codeUnit}\n");

        Assert.Equal(("SPEC0003", 1, 4), (problem.Code, problem.Line, problem.Column));
    }

    [Fact]
    public void Billions_of_laughs_stay_a_page_of_text()
    {
        var yaml = "a: &a [x, x]\n" + string.Concat(Enumerable.Range('b', 20).Select(c =>
            $"{(char)c}: &{(char)c} [*{(char)(c - 1)}, *{(char)(c - 1)}]\n"));

        Assert.Null(Specs.Compile(yaml).Plan);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{ a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Depth_is_bounded(string opening)
    {
        var problem = Specs.OnlyProblem(string.Concat(Enumerable.Repeat(opening, 100_000)));

        Assert.Equal("SPEC0002", problem.Code);
        Assert.Equal("the spec goes deeper than 32 levels", problem.Message);
    }

    [Fact]
    public void The_number_of_nodes_is_bounded() =>
        Assert.Equal("SPEC0002", Specs.OnlyProblem("[" + string.Concat(Enumerable.Repeat("1,", 60_000)) + "]").Code);

    [Fact]
    public void The_size_is_bounded_in_bytes_not_characters()
    {
        Assert.Equal("SPEC0002", Specs.OnlyProblem(new string('a', SpecCompiler.MaxBytes + 1)).Code);
        Assert.Equal("SPEC0002", Specs.OnlyProblem("# " + new string('é', SpecCompiler.MaxBytes / 2)).Code);
        Assert.Equal("SPEC0009", Specs.OnlyProblem(new string('a', SpecCompiler.MaxBytes)).Code);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_spec() => Assert.NotNull(Specs.Plan("\uFEFF" + Specs.Smallest));

    [Fact]
    public void Windows_line_ends_make_no_difference() =>
        Assert.Equal(Specs.Plan(Specs.Smallest).Hash, Specs.Plan(Specs.Smallest.ReplaceLineEndings("\r\n")).Hash);

    [Fact]
    public void Text_of_any_kind_gets_an_answer_and_never_an_exception() =>
        Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i])
            .Array[0, 24].Select(string.Concat)
            .Sample(text => Specs.Compile(text).Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error), iter: 5000);

    [Fact]
    public void A_good_spec_with_one_character_changed_gets_an_answer_and_never_an_exception()
    {
        var good = Repository.Read("samples/fallback/causeway.yaml");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Char).Sample((at, c) =>
        {
            var outcome = Specs.Compile(good[..at] + c + good[(at + 1)..]);
            return outcome.Plan is null == outcome.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error);
        }, iter: 1000);
    }
}
