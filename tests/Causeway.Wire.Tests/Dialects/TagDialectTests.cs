using Causeway.Wire.Dialects;

namespace Causeway.Wire.Tests.Dialects;

public sealed class TagDialectTests
{
    private const string Dsml =
        "Let me look.\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_weather\">\n<｜DSML｜parameter name=\"city\" string=\"true\">Paris</｜DSML｜parameter>\n"
        + "<｜DSML｜parameter name=\"days\" string=\"false\">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n<｜DSML｜invoke name=\"ping\">\n</｜DSML｜invoke>\n</｜DSML｜function_calls>";

    private const string MiniMax =
        "Let me look.\n<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"city\">Paris</parameter>\n<parameter name=\"days\">3</parameter>\n"
        + "</invoke>\n<invoke name=\"ping\">\n</invoke>\n</minimax:tool_call>";

    private const string Qwen =
        "Let me look.\n\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>\n"
        + "<tool_call>\n<function=ping>\n</function>\n</tool_call>";

    [Theory]
    [InlineData(DialectFamily.Dsml, Dsml)]
    [InlineData(DialectFamily.MiniMax, MiniMax)]
    [InlineData(DialectFamily.Qwen3Coder, Qwen)]
    public void Calls_as_the_template_writes_them_are_read_without_any_repair(DialectFamily family, string text)
    {
        var read = Transcript.Of(family, text);
        Assert.Equal("Let me look.", read.Content);
        Assert.Equal(
            [new ReadCall("get_weather", """{"city":"Paris","days":3}""", true, ""), new ReadCall("ping", "{}", true, "")],
            read.Calls);
        Assert.Equal(DialectRepairs.None, read.Repairs);
    }

    [Theory]
    [InlineData(DialectFamily.Dsml, Dsml)]
    [InlineData(DialectFamily.MiniMax, MiniMax)]
    [InlineData(DialectFamily.Qwen3Coder, Qwen)]
    public void No_way_to_cut_the_text_makes_a_difference_wherever_it_ends(DialectFamily family, string text)
    {
        Chunkings.AssertSame(() => DialectParser.Create(family, Tools.Table), text, DialectEnd.Stopped);
        for (var length = 1; length < text.Length; length++)
            foreach (var end in new[] { DialectEnd.Stopped, DialectEnd.Cut })
                Chunkings.AssertSameByBytes(() => DialectParser.Create(family, Tools.Table), text[..length], end);
    }

    [Theory]
    [InlineData("city", "3", "\"3\"")]
    [InlineData("city", "null", "\"null\"")]
    [InlineData("city", "say \"hi\"\tnow", "\"say \\\"hi\\\"\\tnow\"")]
    [InlineData("days", "9007199254740993", "9007199254740993")]
    [InlineData("days", "3.0", "3")]
    [InlineData("days", "\"3\"", "3")]
    [InlineData("days", "three", "\"three\"")]
    [InlineData("days", "01", "\"01\"")]
    [InlineData("limit", "1e400", "1e400")]
    [InlineData("limit", "NaN", "\"NaN\"")]
    [InlineData("metric", "True", "true")]
    [InlineData("metric", "0", "false")]
    [InlineData("tags", "[\"a\", \"b\"]", "[\"a\", \"b\"]")]
    [InlineData("opts", "{\"a\": 1}", "{\"a\": 1}")]
    [InlineData("opts", "\"{\\\"a\\\": 1}\"", "{\"a\": 1}")]
    [InlineData("note", "None", "null")]
    [InlineData("note", "nothing", "\"nothing\"")]
    [InlineData("maybe", "null", "null")]
    [InlineData("maybe", "7", "7")]
    [InlineData("unit", "c", "\"c\"")]
    [InlineData("level", "2", "2")]
    [InlineData("any", "3", "3")]
    [InlineData("any", "three", "\"three\"")]
    [InlineData("either", "3", "3")]
    [InlineData("either", "3rd", "\"3rd\"")]
    [InlineData("unheard_of", "3", "\"3\"")]
    public void A_value_has_the_type_that_the_schema_asks_for(string parameter, string text, string json)
    {
        var qwen = Transcript.Of(DialectFamily.Qwen3Coder, $"<tool_call>\n<function=get_weather>\n<parameter={parameter}>\n{text}\n</parameter>\n</function>\n</tool_call>");
        Assert.Equal($$"""{"{{parameter}}":{{json}}}""", Assert.Single(qwen.Calls).Arguments);
        var miniMax = Transcript.Of(DialectFamily.MiniMax, $"<minimax:tool_call>\n<invoke name='get_weather'>\n<parameter name={parameter}>{text}</parameter>\n</invoke>\n</minimax:tool_call>");
        Assert.Equal($$"""{"{{parameter}}":{{json}}}""", Assert.Single(miniMax.Calls).Arguments);
    }
}
