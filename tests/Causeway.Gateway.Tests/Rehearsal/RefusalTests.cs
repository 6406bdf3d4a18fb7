using System.Text.Json;

namespace Causeway.Gateway.Tests.Rehearsal;

public sealed class RefusalTests : IDisposable
{
    private const string Call = """{"id":"call_a","type":"function","function":{"name":"f","arguments":"{}"}}""";
    private const string F = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    private readonly Stage _stage = new();

    [Theory]
    [InlineData("\"temperature\":7", "temperature", "decimal_above_max_value")]
    [InlineData("\"temperature\":-0.1", "temperature", "decimal_below_min_value")]
    [InlineData("\"temperature\":1e400", "temperature", "decimal_above_max_value")]
    [InlineData("\"temperature\":\"hot\"", "temperature", "invalid_type")]
    [InlineData("\"top_p\":1.1", "top_p", "decimal_above_max_value")]
    [InlineData("\"presence_penalty\":-3", "presence_penalty", "decimal_below_min_value")]
    [InlineData("\"n\":0", "n", "integer_below_min_value")]
    [InlineData("\"n\":129", "n", "integer_above_max_value")]
    [InlineData("\"n\":1.5", "n", "invalid_type")]
    [InlineData("\"max_tokens\":0", "max_tokens", "integer_below_min_value")]
    [InlineData("\"max_tokens\":99999999999999999999", "max_tokens", "integer_above_max_value")]
    [InlineData("\"max_tokens\":1,\"max_completion_tokens\":1", "max_tokens", "invalid_parameter_combination")]
    [InlineData("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop", "array_above_max_length")]
    [InlineData("\"stop\":[1]", "stop[0]", "invalid_type")]
    [InlineData("\"stop\":1", "stop", "invalid_type")]
    [InlineData("\"logit_bias\":[]", "logit_bias", "invalid_type")]
    [InlineData("\"logit_bias\":{\"1\":101}", "logit_bias.1", "decimal_above_max_value")]
    [InlineData("\"top_logprobs\":2", "top_logprobs", null)]
    [InlineData("\"logprobs\":true,\"top_logprobs\":21", "top_logprobs", "integer_above_max_value")]
    [InlineData("\"seed\":\"x\"", "seed", "invalid_type")]
    [InlineData("\"stream\":\"yes\"", "stream", "invalid_type")]
    [InlineData("\"stream_options\":{\"include_usage\":true}", "stream_options", null)]
    [InlineData("\"metadata\":1", "metadata", "invalid_type")]
    [InlineData("\"tools\":[]", "tools", "empty_array")]
    [InlineData("\"tools\":[{\"function\":{\"name\":\"f\"}}]", "tools[0].type", "missing_required_parameter")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]", "tools[0].function", "missing_required_parameter")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"has space\"}}]", "tools[0].function.name", "invalid_value")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":[]}}]", "tools[0].function.parameters", "invalid_type")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"string\"}}}]", "tools[0].function.parameters", "invalid_function_parameters")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]", "tools[0].function.parameters", "invalid_function_parameters")]
    [InlineData("\"tool_choice\":\"auto\"", "tool_choice", null)]
    [InlineData("\"parallel_tool_calls\":true", "parallel_tool_calls", null)]
    [InlineData(F + ",\"tool_choice\":\"sometimes\"", "tool_choice", "invalid_value")]
    [InlineData(F + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}", "tool_choice", null)]
    [InlineData(F + ",\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"}", "tool_choice.function", "missing_required_parameter")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type", "invalid_value")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "messages", null)]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema", "missing_required_parameter")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}", "response_format.json_schema.name", "missing_required_parameter")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false}}}", "response_format", null)]
    [InlineData("\"function_call\":\"auto\"", "function_call", null)]
    [InlineData("\"functions\":[{\"name\":\"f\"}],\"function_call\":{\"name\":\"g\"}", "function_call", null)]
    public Task A_parameter_is_refused_as_OpenAI_refuses_it(string more, string param, string? code) =>
        Refused(Stage.Request("Hi", more), param, code);

    [Theory]
    [InlineData("[]", "messages", "empty_array")]
    [InlineData("\"hi\"", "messages", "invalid_type")]
    [InlineData("null", "messages", "missing_required_parameter")]
    [InlineData("[1]", "messages[0]", "invalid_type")]
    [InlineData("[{\"content\":\"x\"}]", "messages[0].role", "missing_required_parameter")]
    [InlineData("[{\"role\":\"narrator\",\"content\":\"x\"}]", "messages[0].role", "invalid_value")]
    [InlineData("[{\"role\":\"user\"}]", "messages[0].content", "missing_required_parameter")]
    [InlineData("[{\"role\":\"user\",\"content\":null}]", "messages.[0].content", null)]
    [InlineData("[{\"role\":\"user\",\"content\":7}]", "messages[0].content", "invalid_type")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"smell\"}]}]", "messages[0].content[0].type", "invalid_value")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]", "messages[0].content[0].text", "missing_required_parameter")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"x\"}]}]", "messages[0].content[0].image_url", "invalid_type")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"\"}}]}]", "messages[0].content[0].input_audio.format", "missing_required_parameter")]
    [InlineData("[{\"role\":\"assistant\"}]", "messages[0].content", "missing_required_parameter")]
    [InlineData("[{\"role\":\"tool\",\"content\":\"x\"}]", "messages[0].tool_call_id", "missing_required_parameter")]
    [InlineData("[{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"x\"}]", "messages.[0].role", null)]
    [InlineData("[{\"role\":\"assistant\",\"tool_calls\":[]}]", "messages[0].tool_calls", "empty_array")]
    [InlineData("[{\"role\":\"assistant\",\"tool_calls\":[" + Call + "]}]", "messages.[1].role", null)]
    [InlineData("[{\"role\":\"assistant\",\"tool_calls\":[" + Call + "]},{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"x\"}]", "messages.[1].tool_call_id", null)]
    [InlineData("[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]}]", "messages[0].tool_calls[0].function.arguments", "invalid_type")]
    public Task A_message_is_refused_as_OpenAI_refuses_it(string messages, string param, string? code) =>
        Refused($$"""{"model":"gpt-4o","messages":{{messages}}}""", param, code);

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}")]
    public Task A_body_that_is_no_JSON_object_is_refused(string body) => Refused(body, null, null);

    [Fact]
    public Task Nesting_is_bounded() => Refused(Stage.Request("Hi", $"\"x\":{new string('[', 200)}{new string(']', 200)}"), null, null);

    [Fact]
    public async Task A_misspelt_script_is_not_taken_for_the_default_one()
    {
        var (status, error) = await _stage.RefusedAsync(Stage.Request("Hi", model: "rehearsal-ecko"));
        Assert.Equal(404, status);
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
        Assert.Contains("rehearsal-echo", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"temperature\":null,\"top_p\":null,\"n\":null,\"stop\":null,\"seed\":null,\"stream\":null,\"stream_options\":null,\"tools\":null,\"tool_choice\":null,\"response_format\":null,\"logprobs\":null,\"top_logprobs\":null,\"max_tokens\":null,\"max_completion_tokens\":null,\"logit_bias\":null,\"metadata\":null,\"parallel_tool_calls\":null")]
    [InlineData("\"temperature\":2,\"top_p\":0,\"frequency_penalty\":-2,\"n\":1,\"seed\":-9223372036854775808,\"logit_bias\":{\"50256\":-100}")]
    [InlineData("\"reasoning_effort\":\"low\",\"verbosity\":\"low\",\"metadata\":{\"a\":\"b\"},\"store\":true,\"service_tier\":\"auto\",\"user\":\"u\",\"prediction\":{\"type\":\"content\",\"content\":\"x\"},\"modalities\":[\"text\"],\"web_search_options\":{}")]
    [InlineData("\"client_metadata\":{\"a\":1},\"x_unknown\":[1,2],\"tools\":[{\"type\":\"namespace\",\"name\":\"n\"},{\"type\":\"web_search\"}],\"tool_choice\":\"auto\"")]
    [InlineData("\"stop\":[],\"top_logprobs\":0,\"logprobs\":true")]
    public async Task What_clients_and_agents_send_is_accepted(string more) =>
        Assert.NotEqual("", Stage.Content(await _stage.AskAsync(Stage.Request("Hi", more))));

    public void Dispose() => _stage.Dispose();

    private async Task Refused(string body, string? param, string? code)
    {
        var (status, error) = await _stage.RefusedAsync(body);
        Assert.Equal(400, status);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Object, error.ValueKind);
    }
}
