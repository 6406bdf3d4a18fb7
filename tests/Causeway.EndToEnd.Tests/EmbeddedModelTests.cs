using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Causeway.TinyModels;
using OpenAI;
using OpenAI.Chat;

namespace Causeway.EndToEnd.Tests;

/// <summary>The program with a model of its own, random weights but real files: added, checked, served, asked by OpenAI's own SDKs.</summary>
public sealed class EmbeddedModelTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly string _key = KeyHash.New().Key;
    private CausewayProcess _program = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Context = 512 }).WriteFolder(Directory.CreateDirectory(_folder.File("made")).FullName);
        var added = await CausewayProcess.RunAsync(_folder.Path, ["models", "add", "made", "--name", "tiny"]);
        Assert.True(added.ExitCode == 0, added.Errors);
        await File.WriteAllTextAsync(_folder.File("causeway.yaml"), $$"""
            apiVersion: causeway/v1
            upstreams: { local: { type: embedded, threads: 1 } }
            routes:
              chat: { match: { model: [gpt-4o, rehearsal-infinite] }, targets: [ { upstream: local, model: tiny } ] }
              gone: { match: { model: gone }, targets: [ { upstream: local, model: gone } ] }
            keys: [ { name: tests, hash: "{{KeyHash.Of(_key)}}" } ]
            """);
        (_program, _address) = await CausewayProcess.ServeAsync(_folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_official_dotnet_SDK_chats_calls_tools_and_embeds()
    {
        var client = new OpenAIClient(new ApiKeyCredential(_key), new OpenAIClientOptions { Endpoint = new Uri(_address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        var options = new ChatCompletionOptions { ToolChoice = ChatToolChoice.CreateRequiredChoice(), AllowParallelToolCalls = false };
        options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", "w", BinaryData.FromString("""{"type":"object","properties":{"unit":{"type":"string","enum":["c","f"]}},"required":["unit"],"additionalProperties":false}"""), true));

        ChatCompletion chat = await client.GetChatClient("gpt-4o").CompleteChatAsync([new UserChatMessage("Hello")], new ChatCompletionOptions { MaxOutputTokenCount = 8 });
        ChatCompletion call = await client.GetChatClient("gpt-4o").CompleteChatAsync([new UserChatMessage("Weather?")], options);
        var vector = (await client.GetEmbeddingClient("gpt-4o").GenerateEmbeddingAsync("Hello")).Value.ToFloats();

        Assert.InRange(chat.Usage.OutputTokenCount, 0, 8);
        using var arguments = JsonDocument.Parse(call.ToolCalls.Single().FunctionArguments);
        Assert.Contains(arguments.RootElement.GetProperty("unit").GetString(), (string[])["c", "f"]);
        Assert.Equal(64, vector.Length);
        Assert.Contains("Model tiny is ready", _program.Output + _program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_official_Node_SDK_passes_the_checks_that_need_no_rehearsal()
    {
        var node = await OfficialClientTests.NodeAsync();
        var start = new ProcessStartInfo(node, ["--no-warnings", "checks.mjs"]) { WorkingDirectory = OfficialClientTests.NodeFolder, RedirectStandardOutput = true };
        start.Environment["BASE_URL"] = new Uri(_address, "/v1").ToString();
        start.Environment["API_KEY"] = _key;
        start.Environment["ONLY"] = "^(a whole answer|usage in a stream|a forced tool call|a JSON schema|models|an unknown model|a wrong key|a bad parameter|an unknown endpoint|a stream equals|the stream helper|an aborted stream)";
        using var run = Process.Start(start)!;
        var report = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        var lines = report.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("PASS ", line, StringComparison.Ordinal));
        Assert.Equal(12, lines.Length);
    }

    [Fact]
    public async Task Check_warns_of_a_model_that_is_not_in_the_store_and_show_says_what_one_is()
    {
        var check = await CausewayProcess.RunAsync(_folder.Path, ["check"]);
        var show = await CausewayProcess.RunAsync(_folder.Path, ["models", "show", "tiny"]);

        Assert.Equal(0, check.ExitCode);
        Assert.Contains("warning SPEC0043: upstream 'local' has no model 'gone'", check.Output + check.Errors, StringComparison.Ordinal);
        Assert.Contains("Qwen3", show.Output, StringComparison.Ordinal);
        Assert.Matches(@"chat template +yes", show.Output);
        Assert.Matches(@"memory +[\d.]+ MB", show.Output);
    }
}
