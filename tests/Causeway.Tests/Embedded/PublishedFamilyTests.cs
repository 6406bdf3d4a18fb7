using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Embedded;
using Causeway.Engine.Formats;
using Causeway.Testing;
using Causeway.Wire.Dialects;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Tests.Embedded;

/// <summary>From a folder as a published model's is to answers of the gateway: nothing but the weights is made up.</summary>
public sealed class PublishedFamilyTests
{
    private const string Messages = """[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello 2026, Grüße 日本語"}]""";
    private const string Weather = """
        [{"type":"function","function":{"name":"get_weather","description":"Weather","parameters":{"type":"object","properties":{"unit":{"type":"string","enum":["c","f"],"description":"Unit"}},
        "required":["unit"],"additionalProperties":false}}}]
        """;

    [Theory]
    [InlineData("Qwen2.5-0.5B-Instruct", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello 2026, Grüße 日本語<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("Qwen3-0.6B", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello 2026, Grüße 日本語<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("Llama-3.2-1B-Instruct", "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 05 Jan 2026\n\nBe brief.<|eot_id|>" +
        "<|start_header_id|>user<|end_header_id|>\n\nHello 2026, Grüße 日本語<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData("gemma-3-270m-it", "<start_of_turn>user\nBe brief.\n\nHello 2026, Grüße 日本語<end_of_turn>\n<start_of_turn>model\n")]
    [InlineData("SmolLM2-135M-Instruct", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello 2026, Grüße 日本語<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("SmolLM3-3B", "<|im_start|>system\nToday: 05 January 2026\nMode: /think\n\nBe brief.\n\n<|im_end|>\n<|im_start|>user\nHello 2026, Grüße 日本語<|im_end|>\n<|im_start|>assistant\n")]
    public async Task A_folder_is_added_and_chats_calls_tools_and_keeps_a_schema(string family, string prompt)
    {
        await using var local = await LocalGateway.StartAsync(", context: 512", new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 14, 7, 9, TimeSpan.Zero)));
        var folder = Path.Combine(local.Store.Folder, "..", family);
        await PublishedFamily.Of(family).WriteAsync(folder);
        local.Store.Add(folder, "published");

        Assert.Equal(TokensOf(await PostAsync(local, "/v1/tokenize", "\"prompt\":" + JsonValue.Create(prompt)!.ToJsonString())), TokensOf(await PostAsync(local, "/v1/tokenize", $"\"messages\":{Messages}")));

        var chat = await PostAsync(local, "/v1/chat/completions", $"\"messages\":{Messages},\"max_tokens\":5,\"seed\":1");
        Assert.InRange(chat.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), 0, 5);

        var call = MessageOf(await PostAsync(local, "/v1/chat/completions", $"\"messages\":{Messages},\"tools\":{Weather},\"tool_choice\":\"required\",\"parallel_tool_calls\":false,\"seed\":1"))
            .GetProperty("tool_calls")[0].GetProperty("function");
        Assert.Equal("get_weather", call.GetProperty("name").GetString());
        Assert.Contains(JsonDocument.Parse(call.GetProperty("arguments").GetString()!).RootElement.GetProperty("unit").GetString(), (string[])["c", "f"]);

        const string Schema = """{"type":"object","properties":{"word":{"enum":["Grüße","日本語"]},"count":{"type":"integer","minimum":1,"maximum":9}},"required":["word","count"],"additionalProperties":false}""";
        var form = MessageOf(await PostAsync(local, "/v1/chat/completions", $$$"""
            "messages":{{{Messages}}},"seed":1,"response_format":{"type":"json_schema","json_schema":{"name":"form","strict":true,"schema":{{{Schema}}}}}
            """)).GetProperty("content").GetString();
        Assert.Contains(JsonDocument.Parse(form!).RootElement.GetProperty("word").GetString(), (string[])["Grüße", "日本語"]);

        Assert.Equal(PublishedFamily.Of(family).Config.Contains("\"hidden_size\":36", StringComparison.Ordinal) ? 36 : 32,
            (await PostAsync(local, "/v1/embeddings", "\"input\":\"one\"")).GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
    }

    [Theory]
    [InlineData("gemma-3-270m-it")]
    [InlineData("SmolLM2-135M-Instruct")]
    [InlineData("SmolLM3-3B")]
    public async Task Calls_and_results_reach_a_model_whose_template_knows_none(string family)
    {
        await using var local = await LocalGateway.StartAsync(", context: 512");
        var folder = Path.Combine(local.Store.Folder, "..", family);
        await PublishedFamily.Of(family).WriteAsync(folder);
        local.Store.Add(folder, "published");
        const string Call = "Let me look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"unit\":\"c\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"get_time\", \"arguments\": {}}\n</tool_call>";
        const string Results = "<tool_response>\n21\n</tool_response>\n<tool_response>\nnoon\n</tool_response>\n\nAnd now?";
        const string History = """
            [{"role":"user","content":"Weather?"},
             {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"a","type":"function","function":{"name":"get_weather","arguments":"{\"unit\":\"c\"}"}},
              {"id":"b","type":"function","function":{"name":"get_time","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"a","content":"21"},{"role":"tool","tool_call_id":"b","content":"noon"},{"role":"user","content":"And now?"}]
            """;

        var told = TokensOf(await PostAsync(local, "/v1/tokenize", $"\"messages\":{History}"));

        var plain = new JsonArray(Turn("user", "Weather?"), Turn("assistant", Call), Turn("user", Results)).ToJsonString();
        Assert.Equal(TokensOf(await PostAsync(local, "/v1/tokenize", $"\"messages\":{plain}")), told);

        static JsonObject Turn(string role, string content) => new() { ["role"] = role, ["content"] = content };
    }

    [Fact]
    public async Task SmolLM3_rotates_in_three_layers_of_four_and_is_asked_not_to_think_in_its_own_way()
    {
        await using var local = await LocalGateway.StartAsync(", context: 512", new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 14, 7, 9, TimeSpan.Zero)));
        var folder = Path.Combine(local.Store.Folder, "..", "smollm3");
        await PublishedFamily.Of("SmolLM3-3B").WriteAsync(folder);
        local.Store.Add(folder, "published");
        const string Silent = "<|im_start|>system\nToday: 05 January 2026\nMode: /no_think\n\n<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n";

        using (var files = ModelFiles.Open(folder)) Assert.Equal([3, 7], files.Config.Layers.Index().Where(layer => layer.Item.Rope is null).Select(layer => layer.Index));
        var silent = TokensOf(await PostAsync(local, "/v1/tokenize", "\"prompt\":" + JsonValue.Create(Silent)!.ToJsonString()));
        foreach (var asked in (string[])["\"chat_template_kwargs\":{\"enable_thinking\":false}", "\"reasoning_effort\":\"none\""])
            Assert.Equal(silent, TokensOf(await PostAsync(local, "/v1/tokenize", $$"""{{asked}},"messages":[{"role":"user","content":"Hi"}]""")));
    }

    [Theory]
    [InlineData("Qwen2.5-0.5B-Instruct", DialectFamily.Hermes, true, true)]
    [InlineData("Qwen3-0.6B", DialectFamily.Hermes, true, true)]
    [InlineData("Llama-3.2-1B-Instruct", DialectFamily.Llama, true, true)]
    [InlineData("gemma-3-270m-it", DialectFamily.Hermes, false, false)]
    [InlineData("SmolLM2-135M-Instruct", DialectFamily.Hermes, false, false)]
    [InlineData("SmolLM3-3B", DialectFamily.Hermes, true, false)]
    public async Task A_template_shows_how_calls_are_written_and_whether_it_tells_of_tools_and_of_earlier_calls(string family, DialectFamily expected, bool tools, bool calls)
    {
        using var folder = new TempFolder();
        await PublishedFamily.Of(family).WriteAsync(folder.File("model"));
        using var files = ModelFiles.Open(folder.File("model"));

        var dialect = ModelDialect.Of(files.ChatTemplate);

        Assert.Equal((expected, tools, calls), (dialect.Family, dialect.TemplateHasTools, dialect.TemplateHasCalls));
    }

    [Fact]
    public void A_template_that_takes_its_tools_by_another_name_does_not_tell_of_ours() =>
        Assert.False(ModelDialect.Of(PublishedTemplates.SmolLM3.Replace("xml_tools or tools", "xml_tools", StringComparison.Ordinal)).TemplateHasTools);

    private static JsonElement MessageOf(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message");

    private static IEnumerable<int> TokensOf(JsonElement answer) => answer.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32());

    private static async Task<JsonElement> PostAsync(LocalGateway local, string path, string members)
    {
        using var response = await local.Gateway.Http.PostAsync(path, TestGateway.Json($$"""{"model":"published",{{members}}}"""));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
