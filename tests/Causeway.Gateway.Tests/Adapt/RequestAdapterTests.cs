using System.Text;
using System.Text.Json;
using Causeway.Gateway.Adapt;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using CsCheck;

namespace Causeway.Gateway.Tests.Adapt;

public sealed class RequestAdapterTests
{
    private static AdaptPlan NamesPlan { get; } = new(Adapted.Profile([], ToolNameRule.OpenAi), ParamsPlan.Lenient, default);

    [Theory]
    [InlineData("""{"model":"m"}""", """{"model":"m","max_completion_tokens":100}""", "max_completion_tokens=defaulted(100)")]
    [InlineData("""{"model":"m","max_tokens":50}""", """{"model":"m","max_tokens":50}""", null)]
    [InlineData("""{"model":"m","max_tokens": 999}""", """{"model":"m","max_tokens": 200}""", "max_tokens=capped(200)")]
    [InlineData("""{"model":"m","max_tokens":null,"x":1}""", """{"model":"m","x":1,"max_completion_tokens":100}""", "max_tokens=omitted, max_completion_tokens=defaulted(100)")]
    public void Tokens_have_a_default_and_a_cap(string body, string sent, string? told)
    {
        var adapted = Adapted.Of(body, new AdaptPlan(Adapted.Profile([]), ParamsPlan.Lenient, new MaxTokensRule(100, 200)));
        Assert.Equal((sent, told), (adapted.Sent, adapted.Receipt));
    }

    [Fact]
    public void A_strict_route_refuses_to_cut_what_was_asked_for()
    {
        var plan = new AdaptPlan(Adapted.Profile([]), ParamsPlan.Lenient with { Mode = ParamsMode.Strict }, new MaxTokensRule(null, 200));
        Assert.Equal("max_tokens", Adapted.Of("""{"model":"m","max_tokens":201}""", plan).Refusal?.Param);
    }

    [Fact]
    public void Both_names_of_one_limit_become_the_one_that_is_understood()
    {
        var adapted = Adapted.Of("""{"model":"m","max_tokens":5,"max_completion_tokens":6}""", Adapted.Plan(Support.Absent, ParamsMode.Strict, Feature.MaxTokens));
        Assert.Equal("""{"model":"m","max_completion_tokens":6}""", adapted.Sent);
    }

    [Fact]
    public void Illegal_tool_names_are_changed_everywhere_and_the_way_back_is_known()
    {
        var adapted = Adapted.Of(
            """{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"a.b","arguments":"{}"}}]}],"tools":[{"type":"function","function":{"name":"a.b"}},{"type":"function","function":{"name":"ok"}}],"tool_choice":{"type":"function","function":{"name":"a.b"}}}""",
            NamesPlan);
        var sent = Assert.Single(adapted.Edits!.ToolNames!);
        Assert.Equal("a.b", sent.Value);
        Assert.Matches("^a_b_[0-9a-f]{8}$", sent.Key);
        Assert.Equal(3, adapted.Sent.Split($"\"{sent.Key}\"").Length - 1);
        Assert.DoesNotContain("a.b", adapted.Sent, StringComparison.Ordinal);
        Assert.Equal("tools.name=mapped", adapted.Receipt);
        Assert.Contains(sent.Key, Encoding.UTF8.GetString(adapted.Edits.Tools.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Legal_names_are_short_enough_and_differ_where_the_originals_do() => Gen.Select(Gen.String[0, 200], Gen.String[0, 200]).Sample((a, b) =>
    {
        var (left, right) = (ToolNaming.Legal(a, ToolNameRule.OpenAi), ToolNaming.Legal(b, ToolNameRule.OpenAi));
        Assert.True(ToolNaming.IsLegal(left, ToolNameRule.OpenAi));
        Assert.Equal(a == b, left == right);
    });

    [Theory]
    [InlineData(Support.Native, "\"required\"")]
    [InlineData(Support.Absent, null)]
    public void A_named_tool_is_asked_for_alone(Support required, string? choice)
    {
        var plan = new AdaptPlan(Adapted.Profile([(Feature.ToolChoiceNamed, Support.Absent), (Feature.ToolChoiceRequired, required)]), ParamsPlan.Lenient, default);
        var adapted = Adapted.Of("""{"model":"m","tools":[{"type":"function","function":{"name":"a"}}, {"type":"function","function":{"name":"b"}} ,{"type":"function","function":{"name":"c"}}],"tool_choice":{"type":"function","function":{"name":"b"}}}""", plan);
        using var sent = JsonDocument.Parse(adapted.Sent);
        Assert.Equal("b", Assert.Single(sent.RootElement.GetProperty("tools").EnumerateArray()).GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(choice, sent.RootElement.TryGetProperty("tool_choice", out var value) ? value.GetRawText() : null);
        Assert.Equal("b", adapted.Edits?.Tool?.Name);
    }

    [Theory]
    [InlineData("""[{"role":"system","content":"Be brief."},{"role":"user","content":"x"}]""", "\"Be brief.\\n\\nAnswer with one JSON object", 2)]
    [InlineData("""[{"role":"developer","content":[{"type":"text","text":"Be brief."}]}]""", ",{\"type\":\"text\",\"text\":\"Answer with one JSON object", 1)]
    [InlineData("""[{"role":"user","content":"x"}]""", "[{\"role\":\"system\",\"content\":\"Answer with one JSON object", 2)]
    [InlineData("[]", "[{\"role\":\"system\",\"content\":\"Answer with one JSON object", 1)]
    public void Json_that_is_not_promised_is_asked_for_in_the_first_system_message(string messages, string expected, int count)
    {
        var adapted = Adapted.Of($$"""{"messages":{{messages}},"response_format":{"type":"json_object"},"model":"m"}""", Adapted.Plan(Support.Absent, ParamsMode.Lenient, Feature.JsonObject));
        Assert.Contains(expected, adapted.Sent, StringComparison.Ordinal);
        using var sent = JsonDocument.Parse(adapted.Sent);
        Assert.Equal(count, sent.RootElement.GetProperty("messages").GetArrayLength());
        Assert.Equal((true, 2), (adapted.Edits!.Json!.Schema.IsEmpty, adapted.Edits.Json.MaxReasks));
    }

    [Fact]
    public void A_schema_goes_into_words_and_into_the_check()
    {
        const string Schema = """{"type":"object","description":"a \"quoted\" line\n"}""";
        var adapted = Adapted.Of("{\"model\":\"m\",\"messages\":[],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":" + Schema + "}}}", Adapted.Plan(Support.Absent, ParamsMode.Lenient, Feature.JsonSchema));
        using var sent = JsonDocument.Parse(adapted.Sent);
        Assert.EndsWith(Schema, sent.RootElement.GetProperty("messages")[0].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal("json_object", sent.RootElement.GetProperty("response_format").GetProperty("type").GetString());
        Assert.Equal(Schema, Encoding.UTF8.GetString(adapted.Edits!.Json!.Schema.Span));
    }

    [Fact]
    public void An_operator_may_have_the_gateway_check_what_the_upstream_promises()
    {
        var plan = new AdaptPlan(Adapted.Profile([]), new ParamsPlan(ParamsMode.Lenient, ParamsPlan.Lenient.Fields.Add("response_format", FieldAction.Emulate)), default);
        const string Body = """{"model":"m","response_format":{"type":"json_object"}}""";
        var adapted = Adapted.Of(Body, plan);
        Assert.Equal((Body, true), (adapted.Sent, adapted.Edits?.Json is not null));
    }

    [Fact]
    public void A_request_of_hostile_size_has_a_short_receipt()
    {
        var extras = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"x{i}\\r\\n\":1"));
        var adapted = Adapted.Of($$"""{"model":"m",{{extras}}}""", Adapted.Plan(Support.Absent, ParamsMode.Lenient, Feature.OtherFields));
        Assert.Equal("""{"model":"m"}""", adapted.Sent);
        Assert.True(adapted.Receipt!.Length < 2048 && adapted.Receipt.All(c => c is >= ' ' and <= '~'));
        var more = string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"x{i}\":1"));
        Assert.NotNull(Adapted.Of($$"""{"model":"m",{{more}}}""", Adapted.Plan(Support.Absent, ParamsMode.Lenient, Feature.OtherFields)).Refusal);
    }

    [Fact]
    public void Whatever_is_left_out_every_other_byte_stays() =>
        Gen.Select(Gen.Shuffle(_members), Gen.Bool.Array[_members.Length], Gen.Int[0, 3]).Sample((members, isAbsent, spaces) =>
        {
            var (space, absent) = (new string(' ', spaces), members.Where((_, i) => isAbsent[i] && members[i].Feature is not null).ToList());
            var body = "{" + space + string.Join($"{space},{space}", members.Select(member => member.Text)) + space + "}";
            var adapted = Adapted.Of(body, Adapted.Plan(Support.Absent, ParamsMode.Lenient, [.. absent.Select(member => member.Feature!.Value)]));
            using var sent = JsonDocument.Parse(adapted.Sent);
            var kept = members.Except(absent).ToList();
            Assert.Equal(kept.Select(member => member.Text[1..member.Text.IndexOf('"', 1)]), sent.RootElement.EnumerateObject().Select(member => member.Name));
            Assert.Equal(string.Join(',', kept.Select(member => member.Text)).Replace(" ", ""), adapted.Sent[1..^1].Replace(" ", ""));
            var at = 0;
            foreach (var (text, _) in kept)
            {
                at = adapted.Sent.IndexOf(text, at, StringComparison.Ordinal);
                Assert.True(at >= 0, text);
                at += text.Length;
            }
        });

    private static readonly (string Text, Feature? Feature)[] _members =
    [
        ("\"model\" : \"m\"", null), ("\"messages\":[{\"role\":\"user\",\"content\":\"é \\u00e9 ü\"}]", null), ("\"unknown\": {\"a\":[1 ]}", null),
        ("\"seed\" :1e2", Feature.Seed), ("\"user\":\"u\"", Feature.User), ("\"logit_bias\":{\"5\":1}", Feature.LogitBias),
        ("\"temperature\":0.70", Feature.Temperature), ("\"store\":true", Feature.Store),
    ];
}
