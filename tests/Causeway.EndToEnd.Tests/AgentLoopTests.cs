using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Causeway.Testing.Bedrock;
using OpenAI;
using OpenAI.Chat;

namespace Causeway.EndToEnd.Tests;

/// <summary>
/// One agent, written once with each of OpenAI's SDKs, against Bedrock's stand-in in the manners of three models that leave their calls in
/// the text, with the profiles that come with the program, against a server shaped like vLLM and against OpenAI's own shape: the
/// application must not be able to tell them apart.
/// </summary>
public sealed class AgentLoopTests : IAsyncLifetime
{
    private const string Transcript = """
        tool_calls: Let me look.
        get_weather({"city":"Paris","days":3})
        stop: It is sunny in Paris.

        """;

    private static readonly string[] _models = ["deepseek", "minimax", "qwen", "vllm", "openai"];

    private readonly TempFolder _folder = new();
    private readonly string _key = KeyHash.New().Key;
    private readonly FakeUpstream _vllm = new(exchange => AgentAnswers.SendAsync(exchange, isVllm: true));
    private readonly FakeUpstream _openai = new(exchange => AgentAnswers.SendAsync(exchange, isVllm: false));
    private BedrockStandIn _bedrock = null!;
    private CausewayProcess _program = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        _bedrock = await BedrockStandIn.StartAsync();
        for (var i = 0; i < 6; i++)
            _bedrock.Script(StandInTurn.Leak("get_weather", """{"city":"Paris","days":3}""", before: "Let me look."), StandInTurn.Say("It is sunny in Paris."));
        await File.WriteAllTextAsync(_folder.File("causeway.yaml"), $$"""
            apiVersion: causeway/v1
            upstreams:
              bedrock: { type: bedrock, region: us-east-1, endpoint: "{{_bedrock.EndpointByRegion}}", apiKey: "${STANDIN_KEY}" }
              vllm: { type: openai-compatible, baseUrl: "{{_vllm.BaseUrl}}" }
              openai: { type: openai-compatible, baseUrl: "{{_openai.BaseUrl}}" }
            routes:
              deepseek: { match: { model: deepseek }, targets: [ { upstream: bedrock, model: deepseek.v3.2 } ] }
              minimax: { match: { model: minimax }, targets: [ { upstream: bedrock, model: minimax.minimax-m2.1 } ] }
              qwen: { match: { model: qwen }, targets: [ { upstream: bedrock, model: qwen.qwen3-coder-next } ] }
              vllm: { match: { model: vllm }, targets: [ { upstream: vllm } ] }
              openai: { match: { model: openai }, targets: [ { upstream: openai } ] }
            keys: [ { name: tests, hash: "{{KeyHash.Of(_key)}}" } ]
            """);
        (_program, _address) = await CausewayProcess.ServeAsync(_folder.Path, environment: new Dictionary<string, string> { ["STANDIN_KEY"] = BedrockStandIn.ApiKey });
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _bedrock.DisposeAsync();
        await _vllm.DisposeAsync();
        await _openai.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_agent_in_dotnet_says_the_same_against_every_upstream()
    {
        foreach (var model in _models)
            foreach (var stream in new[] { false, true })
                Assert.Equal($"{model} {stream}\n{Transcript}", $"{model} {stream}\n{await RunAsync(Client(model), stream)}");
    }

    [Fact]
    public async Task The_agent_in_Node_says_the_same_against_every_upstream()
    {
        var node = await OfficialClients.NodeAsync();
        var start = new ProcessStartInfo(node, ["--no-warnings", "agent.mjs", .. _models]) { WorkingDirectory = OfficialClients.NodeFolder, RedirectStandardOutput = true };
        start.Environment["BASE_URL"] = new Uri(_address, "/v1").ToString();
        start.Environment["API_KEY"] = _key;
        using var run = Process.Start(start)!;
        var lines = (await run.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await run.WaitForExitAsync();

        var expected = from model in _models from stream in new[] { "false", "true" } select $"{model} {stream} {Transcript.Replace("\n", " | ", StringComparison.Ordinal)}";
        Assert.Equal(expected, lines);
    }

    private static async Task<string> RunAsync(ChatClient client, bool stream)
    {
        var options = new ChatCompletionOptions();
        options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", "The weather of a city", BinaryData.FromString(
            """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"],"additionalProperties":false}""")));
        List<ChatMessage> messages = [new UserChatMessage("What is the weather in Paris?")];
        var transcript = new StringBuilder();
        for (var turn = 0; turn < 4; turn++)
        {
            var (text, calls, finish) = stream ? await StreamAsync(client, messages, options) : await WholeAsync(client, messages, options);
            transcript.Append(finish == ChatFinishReason.ToolCalls ? "tool_calls" : "stop").Append(": ").Append(text).Append('\n');
            if (calls.Count == 0) break;
            messages.Add(new AssistantChatMessage(calls));
            foreach (var call in calls)
            {
                using var arguments = JsonDocument.Parse(call.FunctionArguments);
                var (city, days) = (arguments.RootElement.GetProperty("city").GetString(), arguments.RootElement.GetProperty("days").GetInt32());
                transcript.Append(call.FunctionName).Append("({\"city\":\"").Append(city).Append("\",\"days\":").Append(days).Append("})\n");
                messages.Add(new ToolChatMessage(call.Id, "sunny, 21 degrees"));
            }
        }
        return transcript.ToString();
    }

    private static async Task<(string, IReadOnlyList<ChatToolCall>, ChatFinishReason)> WholeAsync(ChatClient client, List<ChatMessage> messages, ChatCompletionOptions options)
    {
        ChatCompletion answer = await client.CompleteChatAsync(messages, options);
        return (string.Concat(answer.Content.Select(part => part.Text)), answer.ToolCalls, answer.FinishReason);
    }

    private static async Task<(string, IReadOnlyList<ChatToolCall>, ChatFinishReason)> StreamAsync(ChatClient client, List<ChatMessage> messages, ChatCompletionOptions options)
    {
        var text = new StringBuilder();
        var calls = new SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)>();
        var finish = default(ChatFinishReason?);
        await foreach (var update in client.CompleteChatStreamingAsync(messages, options))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
            foreach (var call in update.ToolCallUpdates)
            {
                if (call.ToolCallId is { Length: > 0 } id) calls[call.Index] = (id, call.FunctionName, new StringBuilder());
                calls[call.Index].Arguments.Append(call.FunctionArgumentsUpdate);
            }
            finish = update.FinishReason ?? finish;
        }
        return (text.ToString(), [.. calls.Values.Select(call => ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments.ToString())))], finish!.Value);
    }

    private ChatClient Client(string model) => new OpenAIClient(
        new ApiKeyCredential(_key),
        new OpenAIClientOptions { Endpoint = new Uri(_address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) }).GetChatClient(model);
}
