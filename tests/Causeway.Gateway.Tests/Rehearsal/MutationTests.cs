using System.Text.Json.Nodes;
using CsCheck;

namespace Causeway.Gateway.Tests.Rehearsal;

/// <summary>Whatever is put in the place of any member, the request is answered or refused, and nothing is thrown.</summary>
public sealed class MutationTests : IDisposable
{
    private static readonly string[] Replacements =
        ["null", "true", "0", "-1", "1.5", "1e400", "\"\"", "\"x\"", "\"function\"", "[]", "{}", "[{}]", "[null]", "[[1]]", "{\"type\":\"function\"}"];

    private static readonly string[] Requests =
    [
        """
        {"model":"rehearsal-parallel","messages":[{"role":"system","content":"json"},{"role":"user","name":"n","content":[
        {"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"u","detail":"low"}},{"type":"input_audio","input_audio":
        {"data":"","format":"wav"}},{"type":"file","file":{"file_id":"f"}},{"type":"refusal","refusal":"no"}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
        {"id":"b","type":"custom","custom":{"name":"c","input":"i"}}]},{"role":"tool","tool_call_id":"a","content":"r"},
        {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"r"}]},{"role":"user","content":"go"}],
        "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":
        {"p":{"anyOf":[{"$ref":"#/$defs/q"},{"type":"null"}]}},"required":["p"],"additionalProperties":false,"$defs":{"q":{"type":"array",
        "items":{"enum":[1,2]}}}}}},{"type":"custom","custom":{"name":"c"}}],"tool_choice":"required","parallel_tool_calls":true,
        "n":2,"temperature":1,"stop":["x"],"logit_bias":{"1":1},"seed":1,"max_tokens":9,"stream":true,
        "stream_options":{"include_usage":true},"logprobs":true,"top_logprobs":1,"service_tier":"auto","user":"u","metadata":{"a":"b"}}
        """,
        """
        {"model":"m","messages":[{"role":"user","content":"json"},{"role":"function","name":"f","content":"r"}],
        "functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":{"name":"f"},"response_format":{"type":"json_object"}}
        """,
        """
        {"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":
        {"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}}
        """,
        """
        {"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"custom","custom":{"name":"f"}}],"tool_choice":
        {"type":"custom","custom":{"name":"f"}}}
        """,
        """
        {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"n",
        "strict":false,"schema":{"type":["object","null"],"properties":{"a":{"type":"integer","minimum":1,"maximum":3,"multipleOf":1},
        "b":{"type":"string","minLength":1,"maxLength":9,"pattern":"^a$","format":"date"},"c":{"type":"array","minItems":1,"maxItems":2,
        "uniqueItems":true,"prefixItems":[{"const":1}],"items":{"oneOf":[{"type":"boolean"}]}},"d":{"allOf":[{"$ref":"#/$defs/e"}]}},
        "required":["a","b","c","d"],"minProperties":1,"additionalProperties":false,"$defs":{"e":{"enum":["x"]}}}}}}
        """,
    ];

    private readonly Stage _stage = new();

    [Fact]
    public async Task The_requests_themselves_are_answered()
    {
        foreach (var request in Requests)
        {
            using var reply = await _stage.SendAsync(request);
            Assert.Equal(200, reply.Status);
        }
    }

    [Fact]
    public async Task Every_single_replacement_is_answered_or_refused()
    {
        foreach (var request in Requests)
        {
            for (var place = 0; place < Places(request); place++)
            {
                foreach (var replacement in Replacements)
                    await AssertAnsweredAsync(Replaced(request, place, replacement));
            }
        }
    }

    [Fact]
    public async Task A_reference_to_a_tool_of_an_unknown_type_may_hold_anything() => await AssertAnsweredAsync(
        """
        {"model":"rehearsal","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}],
        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"x","function":1}]}}}
        """);

    [Fact]
    public Task So_are_two_at_once() =>
        Gen.Select(Gen.Int[0, Requests.Length - 1], Gen.Int[0, 200], Gen.Int[0, 200], Gen.Int[0, Replacements.Length - 1], Gen.Int[0, Replacements.Length - 1])
            .SampleAsync(async (request, first, second, left, right) =>
            {
                var once = Replaced(Requests[request], first, Replacements[left]);
                await AssertAnsweredAsync(Replaced(once, second, Replacements[right]));
            }, iter: 2000);

    public void Dispose() => _stage.Dispose();

    private async Task AssertAnsweredAsync(string request)
    {
        using var reply = await _stage.SendAsync(request);
        Assert.Contains(reply.Status, new[] { 200, 400, 404 });
        Assert.NotEqual("", await Stage.TextAsync(reply));
    }

    private static int Places(string request) => Descendants(JsonNode.Parse(request)).Count();

    private static string Replaced(string request, int place, string replacement)
    {
        var root = JsonNode.Parse(request);
        var places = Descendants(root).ToList();
        if (places.Count == 0) return request;
        var (parent, key) = places[place % places.Count];
        if (parent is JsonObject members) members[(string)key] = JsonNode.Parse(replacement);
        else parent.AsArray()[(int)key] = JsonNode.Parse(replacement);
        return root?.ToJsonString() ?? "null";
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Descendants(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Descendants(member.Value).Prepend((members, member.Key))),
        JsonArray items => items.SelectMany((item, index) => Descendants(item).Prepend((items, index))),
        _ => [],
    };
}
