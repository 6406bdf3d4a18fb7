using System.Net;
using System.Text.Json;
using Causeway.Embedded;
using Causeway.Ledger;
using Causeway.Testing;
using OpenAI.Chat;

namespace Causeway.Tests.Embedded;

/// <summary>OpenAI's own SDK, unchanged but for the base URL, against a model with random weights in the gateway's process.</summary>
public sealed class EmbeddedChatTests : IAsyncLifetime
{
    private LocalGateway _local = null!;

    public async ValueTask InitializeAsync() => _local = await LocalGateway.StartAsync();

    public ValueTask DisposeAsync() => _local.DisposeAsync();

    [Fact]
    public async Task A_chat_is_answered_whole_and_the_same_when_the_likeliest_token_is_taken()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 12, Temperature = 0 };

        var words = new UserChatMessage("Hello, and so that some of it can be found again: one two three four five six seven eight nine ten eleven twelve");
        var first = (await Chat.CompleteChatAsync([words], options, Cancel)).Value;
        var second = (await Chat.CompleteChatAsync([words], options, Cancel)).Value;

        Assert.Equal(first.Content[0].Text, second.Content[0].Text);
        Assert.Equal((ChatFinishReason.Length, 12), (first.FinishReason, first.Usage.OutputTokenCount));
        Assert.Equal(first.Usage.InputTokenCount + 12, first.Usage.TotalTokenCount);
        Assert.True(second.Usage.InputTokenDetails.CachedTokenCount > 0);
        var row = (await _local.Gateway.SettledAsync(2))[0];
        Assert.Equal((first.Usage.InputTokenCount, 12, UsageSource.Upstream), ((int)row.Usage.Prompt, (int)row.Usage.Completion, row.UsageSource));
    }

    [Fact]
    public async Task A_stream_says_what_the_whole_answer_says()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 16, Temperature = 0 };

        var whole = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;
        var (text, finish, usage) = ("", default(ChatFinishReason?), default(ChatTokenUsage));
        await foreach (var update in Chat.CompleteChatStreamingAsync([Hello], options, Cancel))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
            usage ??= update.Usage;
        }

        Assert.Equal((whole.Content[0].Text, whole.FinishReason), (text, finish));
        Assert.Equal(16, usage?.OutputTokenCount);
    }

    [Fact]
    public async Task Several_choices_are_several_draws()
    {
        var answer = await PostAsync("""{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"n":3,"max_tokens":8,"seed":1}""");

        var texts = answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()).ToList();
        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal(24, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_answer_before_it()
    {
        var free = (await Chat.CompleteChatAsync([Hello], new ChatCompletionOptions { MaxOutputTokenCount = 24, Temperature = 0 }, Cancel)).Value.Content[0].Text;
        var stop = free.Substring(free.Length / 2, 2);
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 24, Temperature = 0, StopSequences = { stop } };

        var stopped = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;

        Assert.Equal((free[..free.IndexOf(stop, StringComparison.Ordinal)], ChatFinishReason.Stop), (stopped.Content.Count == 0 ? "" : stopped.Content[0].Text, stopped.FinishReason));
    }

    [Fact]
    public async Task Log_probabilities_are_told_token_by_token()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 6, Temperature = 0, IncludeLogProbabilities = true, TopLogProbabilityCount = 3 };

        var answer = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;

        Assert.Equal(6, answer.ContentTokenLogProbabilities.Count);
        Assert.All(answer.ContentTokenLogProbabilities, token =>
        {
            Assert.Equal(3, token.TopLogProbabilities.Count);
            Assert.Equal(token.TopLogProbabilities[0].LogProbability, token.LogProbability, 4);
            Assert.InRange(token.LogProbability, float.NegativeInfinity, 0);
        });
    }

    [Fact]
    public async Task A_schema_is_kept_by_a_model_that_knows_nothing()
    {
        var options = new ChatCompletionOptions
        {
            Temperature = 1.5f, MaxOutputTokenCount = 400,
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(
                """{"type":"object","properties":{"colour":{"enum":["red","green"]},"count":{"type":"integer","minimum":1,"maximum":9}},"required":["colour","count"],"additionalProperties":false}"""), jsonSchemaIsStrict: true),
        };

        for (var i = 0; i < 5; i++)
        {
            var answer = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;

            using var json = JsonDocument.Parse(answer.Content[0].Text);
            Assert.Contains(json.RootElement.GetProperty("colour").GetString(), (string[])["red", "green"]);
            Assert.InRange(json.RootElement.GetProperty("count").GetInt32(), 1, 9);
            Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        }
    }

    [Fact]
    public async Task A_text_under_a_schema_is_closed_in_time_when_the_tokens_run_out()
    {
        var options = new ChatCompletionOptions
        {
            Temperature = 1.5f, MaxOutputTokenCount = 40,
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(
                """{"type":"object","properties":{"story":{"type":"string","minLength":100},"end":{"const":"fin"}},"required":["story","end"],"additionalProperties":false}"""), jsonSchemaIsStrict: true),
        };

        var tight = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;
        options.MaxOutputTokenCount = 160;
        var reasons = new HashSet<ChatFinishReason>();
        for (var i = 0; i < 8; i++)
        {
            var answer = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;

            using var json = JsonDocument.Parse(answer.Content[0].Text);
            Assert.Equal("fin", json.RootElement.GetProperty("end").GetString());
            reasons.Add(answer.FinishReason);
        }
        Assert.Contains(ChatFinishReason.Length, reasons);
        // Hundred characters do not fit into forty tokens of nearly as many bytes: this one is cut.
        Assert.Equal((ChatFinishReason.Length, 40), (tight.FinishReason, tight.Usage.OutputTokenCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forced_tool_is_called_whole_and_streamed(bool isNamed)
    {
        var tool = ChatTool.CreateFunctionTool("get_weather", "Weather", BinaryData.FromString(
            """{"type":"object","properties":{"city":{"enum":["Oslo","Rome"]},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"],"additionalProperties":false}"""));
        var options = new ChatCompletionOptions
        {
            Tools = { tool }, AllowParallelToolCalls = false, MaxOutputTokenCount = 400,
            ToolChoice = isNamed ? ChatToolChoice.CreateFunctionChoice("get_weather") : ChatToolChoice.CreateRequiredChoice(),
        };

        var whole = (await Chat.CompleteChatAsync([Hello], options, Cancel)).Value;
        var (name, arguments, id) = ("", "", "");
        await foreach (var update in Chat.CompleteChatStreamingAsync([Hello], options, Cancel))
            foreach (var call in update.ToolCallUpdates)
                (name, arguments, id) = (name + call.FunctionName, arguments + call.FunctionArgumentsUpdate, id + call.ToolCallId);

        Assert.Equal((ChatFinishReason.ToolCalls, "get_weather"), (whole.FinishReason, Assert.Single(whole.ToolCalls).FunctionName));
        Assert.Equal("get_weather", name);
        Assert.StartsWith("call_", id, StringComparison.Ordinal);
        foreach (var text in (string[])[whole.ToolCalls[0].FunctionArguments.ToString(), arguments])
        {
            using var json = JsonDocument.Parse(text);
            Assert.Contains(json.RootElement.GetProperty("city").GetString(), (string[])["Oslo", "Rome"]);
        }
    }

    [Theory]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object","unevaluatedProperties":{"$dynamicRef":"#x"}}}}}""", "unsupported_schema")]
    [InlineData("""{"response_format":{"type":"xml"}}""", "invalid_type")]
    [InlineData("""{"temperature":3}""", "invalid_type")]
    [InlineData("""{"top_logprobs":2}""", "invalid_type")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"no good"}}]}""", "invalid_type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,x"}}]}]}""", "unsupported_parameter")]
    [InlineData("""{"messages":[]}""", "invalid_type")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"},{"role":"tool","content":"21 degrees"}]}""", "missing_required_parameter")]
    [InlineData("""{"tool_choice":"required"}""", "invalid_type")]
    [InlineData("""{"tools":[],"tool_choice":{"type":"function","function":{"name":"f"}}}""", "invalid_type")]
    [InlineData("""{"logit_bias":{"9999999":1}}""", "invalid_type")]
    public async Task What_cannot_be_done_is_a_400_with_a_name(string members, string code)
    {
        var body = members.Contains("\"messages\"", StringComparison.Ordinal) ? """{"model":"tiny",""" + members[1..] : """{"model":"tiny","messages":[{"role":"user","content":"Hi"}],""" + members[1..];

        using var response = await _local.Gateway.SendAsync(body);

        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\"{code}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_frees_its_place()
    {
        var noEnd = await _local.NoEndAsync();
        // Hangs up at once; by default the rest of an answer is read for two seconds, in which a small model says it all.
        using (var hasty = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = _local.Gateway.Http.BaseAddress })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json("""{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"max_tokens":1900,"stream":true,"logit_bias":{""" + noEnd + "}}") };
            using var response = await hasty.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            await using var body = await response.Content.ReadAsStreamAsync(Cancel);
            Assert.True(await body.ReadAsync(new byte[16], Cancel) > 0);
        }

        var row = (await _local.Gateway.SettledAsync(3))[^1];
        Assert.Equal(Outcome.ClientGone, row.Outcome);
        Assert.True(row.Usage.Completion < 1900);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_a_404()
    {
        using var response = await _local.Gateway.SendAsync(TestGateway.Chat("nobody"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("model_not_found", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_is_too_long_says_so()
    {
        using var response = await _local.Gateway.SendAsync(TestGateway.Chat("tiny").Replace("Hello", string.Concat(Enumerable.Repeat("x1 ", 3000)), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("context_length_exceeded", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_models_of_the_store_are_listed_with_those_that_come_with_the_program()
    {
        var models = (await _local.Client.GetOpenAIModelClient().GetModelsAsync(Cancel)).Value;

        Assert.Equal(["causeway-tiny", "causeway-tiny:escalate-early", "tiny"], models.Select(model => model.Id));
    }

    [Fact]
    public async Task A_model_that_is_asked_for_by_itself_is_there_or_not()
    {
        using var there = await _local.Gateway.Http.GetAsync("/v1/models/tiny", Cancel);
        using var gone = await _local.Gateway.Http.GetAsync("/v1/models/nobody", Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (there.StatusCode, gone.StatusCode));
        Assert.Contains("model_not_found", await gone.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_caller_waits_for_the_model_and_is_told_how_long()
    {
        using var first = await _local.Gateway.SendAsync(TestGateway.Chat("tiny", more: ",\"max_tokens\":1"));
        using var second = await _local.Gateway.SendAsync(TestGateway.Chat("tiny", more: ",\"max_tokens\":1"));

        Assert.True(first.Headers.Contains(EmbeddedReply.LoadHeader));
        Assert.False(second.Headers.Contains(EmbeddedReply.LoadHeader));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static UserChatMessage Hello => new("Hello");

    private ChatClient Chat => _local.Client.GetChatClient("tiny");

    private async Task<JsonElement> PostAsync(string body)
    {
        using var response = await _local.Gateway.SendAsync(body);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}
