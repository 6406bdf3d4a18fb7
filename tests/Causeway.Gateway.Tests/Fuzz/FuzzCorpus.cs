using Causeway.Gateway.Adapt;
using Causeway.Gateway.Tests.Answers;
using Causeway.Spec.Profiles;
using Causeway.Testing;

namespace Causeway.Gateway.Tests.Fuzz;

/// <summary>Good inputs, and the words they are made of.</summary>
internal static class FuzzCorpus
{
    private static readonly byte[] _tools = """[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}}}}},{"type":"function","function":{"name":"ping","parameters":{}}}]"""u8.ToArray();

    public static AnswerEdits AllEdits { get; } = new()
    {
        Dialects = [.. ProfileWords.Dialects], Reasoning = new ReasoningFact("reasoning", true, false), Tools = _tools, StopStrings = ["END", "\n\n\n"],
        ToolNames = new Dictionary<string, string> { ["ping"] = "p.ing" }, SingleToolCall = true, AsFunctionCall = true,
    };

    public static string[] Requests { get; } =
    [
        """{"model":"gpt-4o","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"data:x"}},{"type":"file","file":{}}]}],"stream":true,"stream_options":{"include_usage":true},"n":2,"seed":7,"stop":["END","x"],"user":"u","metadata":{"a":"b"}}""",
        """{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"files.read","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"1"}],"model":"m","tools":[{"type":"function","function":{"name":"files.read","strict":true,"parameters":{"type":"object"}}},{"type":"custom","custom":{"name":"c"}}],"tool_choice":{"type":"function","function":{"name":"files.read"}},"parallel_tool_calls":false}""",
        """{"model":"m","functions":[{"name":"f"}],"function_call":{"name":"f"},"messages":[{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":null}]}""",
        """{"model":"m","response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object","properties":{"a":{"type":"integer"}}}}},"max_tokens":50,"max_completion_tokens":60,"temperature":0.2,"logprobs":true,"top_logprobs":2,"logit_bias":{"1":2},"messages":[]}""",
        """{"model":"m","response_format":{"type":"json_object"},"service_tier":"auto","store":false,"reasoning_effort":"low","messages":[{"role":"system","content":"s"},{"role":"assistant","reasoning_content":"r","content":"x"}],"modalities":["text"],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}},"tools":[{"type":"function","function":{"name":"f"}}],"extra":{"deep":[[[1]]]}}""",
    ];

    public static string[] RequestWords { get; } =
        ["\"model\":\"m\"", "\"messages\":[", "\"role\":\"function\"", "\"function_call\":", "\"functions\":[", "\"tools\":[", "\"tool_choice\":\"none\"", "\"tool_choice\":\"required\"", "\"n\":3", "\"seed\":9223372036854775807", "\"stop\":\"\\n\"", "\"stream\":true", "\"stream_options\":null", "\"content\":null", "\"name\":\"a b\"", "\"parallel_tool_calls\":false", "\"response_format\":", "\"max_tokens\":null", "{\"model\":\"m\"}"];

    public static string[] Completions { get; } =
    [
        Wires.Completion,
        Edits.Message("""{"role":"assistant","content":"<think>hm</think>text <tool_call>\n<function=get_weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>","reasoning":"r","refusal":null}"""),
        Edits.Message("""{"role":"assistant","content":null,"function_call":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"ping","arguments":{"a":1}}},{"index":1,"id":"","type":"custom","custom":{"name":"c","input":"i"}}]}""", "\"tool_calls\"", ""","usage":{"prompt_tokens":-1,"completion_tokens":1e30}"""),
        """{"choices":[{"message":{"content":"a"}},{"index":1,"message":{"content":"bEND"},"finish_reason":null,"logprobs":{"content":[]}}]}""",
        """{"error":{"message":"m"}}""",
    ];

    public static string[] AnswerWords { get; } =
        ["\"choices\":[", "\"message\":{", "\"content\":", "\"tool_calls\":[", "\"function\":{", "\"arguments\":", "\"name\":\"ping\"", "\"id\":\"x\"", "\"index\":-1", "\"index\":99999999999", "\"finish_reason\":\"stop\"", "\"usage\":{", "\"prompt_tokens\":-5", "<tool_call>", "</think>", "END", "\"reasoning\":\"r\""];

    public static string[] Streams { get; } =
    [
        Wires.Stream, ": hello\n\n" + Wires.StreamWithoutUsage, Wires.Stream.ReplaceLineEndings("\r\n"),
        Edits.Delta("""{"role":"assistant","content":"<think>a"}""") + Edits.Content("b</think>c <tool_call>\n<function=ping>\n</function>\n") + Edits.Content("</tool_call> END x") + Edits.Delta("{}", "\"stop\"") + Wires.Usage + Wires.Done,
        Edits.Delta("""{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"ping","arguments":""}}]}""") + Edits.Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}},{"index":1,"id":"y","function":{"name":"get_weather","arguments":{"city":1}}}]}""") + Edits.Delta("{}", "\"tool_calls\"") + Wires.Done,
        Wires.Delta("Hi") + "event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n",
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"reasoning\":\"r\",\"content\":\"x\"}}],\ndata: \"id\":\"c\"}\n\n" + Wires.Finish,
    ];

    public static string[] StreamWords { get; } = [.. AnswerWords, "data: ", "data:", "\n\n", "\r\n\r\n", "\r", ": c\n", "event: error\n", "id: 1\n", "data: [DONE]\n\n", "[DONE]", "\"delta\":{"];

    public static string[] MarkupWords { get; } =
    [
        "<tool_call>", "</tool_call>", "<function=get_weather>", "<function=x>", "</function>", "<parameter=city>", "<parameter=days>", "</parameter>", "<minimax:tool_call>", "</minimax:tool_call>",
        "<invoke name=\"ping\">", "<invoke name='get_weather'>", "</invoke>", "<parameter name=\"city\">", "<｜DSML｜function_calls>", "</｜DSML｜function_calls>", "<｜DSML｜invoke name=\"get_weather\">",
        "</｜DSML｜invoke>", "<｜DSML｜parameter name=\"days\" string=\"false\">", "</｜DSML｜parameter>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "get_weather\n", "{\"name\": \"ping\", \"arguments\": {}}",
        "[TOOL_CALLS]", "[ARGS]", "get_weather[ARGS]{", "<think>", "</think>", "```", "\n", " ", "w1 ", "ä", "😀", "<", "null", "3", "<|im_end|>", "</s>", "<|python_tag|>", "; ", "<|tool_calls_section_begin|>", "<|tool_call_begin|>",
        "functions.ping:0", "<|tool_call_argument_begin|>", "<|tool_call_end|>", "<|tool_calls_section_end|>", "<|start|>", "assistant", "<|channel|>", "commentary", "analysis", "final", " to=functions.ping ", "<|message|>", "<|end|>", "<|call|>", "<|return|>",
    ];

    public static string[] Markups { get; } =
    [
        "Sure.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nRome\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
        "<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"city\">Rome</parameter>\n<parameter name=\"tags\">[\"a\",\"b\"]</parameter>\n</invoke>\n</minimax:tool_call>",
        "<think>x</think>\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_weather\">\n<｜DSML｜parameter name=\"days\" string=\"false\">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>",
        "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Rome\"}}\n</tool_call>",
        "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Rome</arg_value>\n</tool_call>",
        "[TOOL_CALLS]get_weather[ARGS]{\"city\": \"Rome\"}", "[TOOL_CALLS] [{\"name\": \"ping\", \"arguments\": {}}]", "<|python_tag|>{\"name\": \"ping\", \"parameters\": {\"a\": \"</s>\"}}",
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"city\": \"Rome\"}<|tool_call_end|><|tool_calls_section_end|>",
        "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.ping <|constrain|>json<|message|>{}<|call|>",
        "Plain words with <b>tags</b>, `code`, {braces} and 1 < 2.",
    ];

    public static string[] Schemas { get; } =
    [
        """{"type":"object","properties":{"a":{"type":"integer","minimum":0,"multipleOf":0.1},"b":{"$ref":"#/$defs/x"}},"required":["a"],"additionalProperties":false,"$defs":{"x":{"type":"array","items":{"$ref":"#"},"uniqueItems":true,"contains":{"const":1}}}}""" + "\n---\n" + """{"a":1,"b":[1,{"a":2}]}""",
        """{"oneOf":[{"type":"string","pattern":"^(a+)+$","format":"date-time","maxLength":20},{"enum":[null,1,"x"]},{"not":{"type":"null"}}],"if":{"const":1},"then":{"type":"number"},"else":true}""" + "\n---\n" + "\"aaaaaaaaaaaaaaaaaaaaaaaa!\"",
        """{"$id":"https://x.example/a","$anchor":"t","$dynamicAnchor":"d","allOf":[{"$dynamicRef":"#d"}],"patternProperties":{"^[\\p{L}-]{2,5}$":{"unevaluatedItems":false}},"propertyNames":{"maxLength":9},"dependentSchemas":{"a":{"minProperties":2}},"unevaluatedProperties":false,"prefixItems":[{}]}""" + "\n---\n" + """{"ab":[1,2,3]}""",
    ];

    public static string[] SchemaWords { get; } =
        ["\"$ref\":\"#\"", "\"$ref\":\"#/$defs/x\"", "\"$defs\":{\"x\":", "\"allOf\":[", "\"anyOf\":[", "\"pattern\":\"", "(a|b)*", "[^\\\\d]", "\\\\p{L}", "{1,9999}", "(?=x)", "\"items\":", "\"type\":\"object\"", "\"properties\":{", "\"minItems\":1e9", "\"multipleOf\":1e-300", "\"format\":\"idn-hostname\"", "\"const\":1.0", "\n---\n"];

    public static string[] Specs { get; } =
        [.. new[] { "fallback", "routing", "bedrock", "rehearsal", "openai" }.Select(name => File.ReadAllText(Path.Combine(Repository.Root, "samples", name, "causeway.yaml")))];

    public static string[] SpecWords { get; } =
        ["apiVersion: causeway/v1\n", "upstreams:\n", "routes:\n", "  a: ", "{ ", " }", "[ ", " ]", ", ", "- ", ": ", "\n", "\n  ", "\t", "&x ", "*x", "<<: *x", "!!str ", "|\n", ">-\n", "\"", "'", "${X}", "${", "type: bedrock", "type: rehearsal", "match: { model: \"*\" }", "targets: ", "upstream: a", "weight: 1e9", "limits: { body: 99999999999GiB }", "? ", "---\n", "...\n", "%YAML 1.2\n", "# c\n", "ä", "\0", "null", "0x1F", ".inf", "1:30"];

    public static string[] Catalogs { get; } =
    [
        .. new[] { "profiles/bedrock.json", "profiles/vllm.json" }.Select(name => File.ReadAllText(Path.Combine(Repository.Root, "catalog", name))),
        """{ "catalog": 1, "providers": { "bedrock": { "type": "bedrock", "match": ["a.*.example"], "models": { "m": { "hosts": { "list": [ { "host": "mantle", "prefix": "/v1", "id": "m", "apis": ["chat"] } ], "source": "https://a.example", "asOf": "2026-11-20", "confidence": "official" }, "prices": { "usdPerMillion": { "standard": { "prompt": 0.74, "completion": 2.22 } }, "source": "https://a.example", "asOf": "2026-11-20", "confidence": "official" } } } } }, "upstreams": { "u": { "source": "https://a.example/v1/models", "asOf": "2026-11-22", "models": { "x": { "shutdown": "2027-01-14" }, "y": { "shutdown": null } } } } }""",
        """{"object":"list","data":[{"id":"old","shutdown_date":"2099-12-31"},{"id":"young","shutdown_date":null},{"id":1}]}""",
    ];

    public static string[] CatalogWords { get; } = ["\"catalog\": 1", "\"profile\": 1", "\"models\": {", "\"asOf\": \"2026-13-01\"", "\"support\": \"native\"", "\"features\": {", "\"data\":[", "\"shutdown_date\":\"x\"", "\"prompt\": 1e30", "\"confidence\": \"official\""];

    public static string[] Errors { get; } =
    [
        """{"error":{"message":"Incorrect API key sk-very-secret-0123456789 at https://upstream.example/v1 (arn:aws:iam::123456789012:user/x), 10.0.0.1, fe80::1","type":"t","param":null,"code":"c"}}""",
        """[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[]}}]""", """{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}""",
        """{"detail":[{"loc":["body"],"msg":"field required","type":"missing"}]}""", """{"message":"Too many tokens, please wait before trying again."}""", "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in x\n    raise\nupstream connect error",
        """{"__type":"ThrottlingException","Message":"m"}""", "Wed, 21 Oct 2099 07:28:00 GMT", "120",
    ];

    public static string[] ErrorWords { get; } = ["sk-very-secret-0123456789", "Bearer ", "https://", "://", "10.0.0.", "::1", "fe80:", "arn:aws:", "/srv/x/", "   at X.Y()\n", "\"error\":", "\"message\":", "upstream.example", "C:\\", "%", "ſ"];

    /// <summary>Repairs of one family only, with reasoning in tags.</summary>
    public static AnswerEdits OneDialect(int family) => new()
    {
        Dialects = [ProfileWords.Dialects[family % ProfileWords.Dialects.Length]], Reasoning = new ReasoningFact(null, true, false), Tools = _tools,
    };
}
