using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Testing;
using Causeway.TinyModels;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.FineTuning;

// OpenAI's client for fine-tuning is what is tested here, although the package calls it experimental.
#pragma warning disable OPENAI001 // experimental in the package

namespace Causeway.EndToEnd.Tests;

/// <summary>OpenAI's own SDKs, and the program's own verbs, tune a tiny random model of the running program and chat with what comes out.</summary>
public sealed class FineTuningTests : IAsyncLifetime
{
    // Training is on threads of the lowest priority: beside other tests it takes as long as they do.
    private const int Patience = 300;

    private readonly TempFolder _folder = new();
    private readonly string _key = KeyHash.New().Key;
    private CausewayProcess _program = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Context = 512, Layers = 2 }).WriteFolder(Directory.CreateDirectory(_folder.File("made")).FullName);
        var added = await CausewayProcess.RunAsync(_folder.Path, ["models", "add", "made", "--name", "tiny"]);
        Assert.True(added.ExitCode == 0, added.Errors);
        await File.WriteAllTextAsync(_folder.File("train.jsonl"), string.Concat(Enumerable.Range(0, 12).Select(index =>
            $$"""{"messages":[{"role":"user","content":"What about order {{index}}?"},{"role":"assistant","content":"Order {{index}} is fine."}]}""" + "\n")));
        await WriteSpecAsync("tiny");
        (_program, _address) = await CausewayProcess.ServeAsync(_folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_official_dotnet_SDK_uploads_tunes_watches_and_chats_with_the_result()
    {
        var client = new OpenAIClient(new ApiKeyCredential(_key), new OpenAIClientOptions { Endpoint = new Uri(_address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        OpenAIFile file = await client.GetOpenAIFileClient().UploadFileAsync(_folder.File("train.jsonl"), FileUploadPurpose.FineTune);
        var tuning = client.GetFineTuningClient();
        var job = await tuning.FineTuneAsync("tiny", file.Id, waitUntilCompleted: false, new FineTuningOptions { Suffix = "calm", Seed = 4 });
        await job.WaitForCompletionAsync();

        Assert.Equal(FineTuningStatus.Succeeded, job.Status);
        var events = new List<string>();
        await foreach (var one in job.GetEventsAsync(new GetEventsOptions())) events.Add(one.Message);
        Assert.Contains(events, message => message.StartsWith("Step 1/", StringComparison.Ordinal));
        var checkpoints = new List<string>();
        await foreach (var one in job.GetCheckpointsAsync(new GetCheckpointsOptions())) checkpoints.Add(one.ModelId);
        Assert.NotEmpty(checkpoints);
        Assert.Equal(job.JobId, (await tuning.GetJobAsync(job.JobId)).JobId);

        // The route goes over to the tuned model without a restart.
        await WriteSpecAsync(job.Value!);
        await Eventually.TrueAsync(() => (_program.Output + _program.Errors).Contains("is in force (file changed)", StringComparison.Ordinal), "the spec is in force");
        ChatCompletion chat = await client.GetChatClient("gpt-4o").CompleteChatAsync([new UserChatMessage("What about order 3?")], new ChatCompletionOptions { MaxOutputTokenCount = 8 });
        Assert.Equal(job.Value, chat.Model);
    }

    [Fact]
    public async Task The_official_Node_SDK_uploads_tunes_and_cancels()
    {
        var node = await OfficialClients.NodeAsync();
        var start = new ProcessStartInfo(node, ["--no-warnings", "tuning.mjs"]) { WorkingDirectory = OfficialClients.NodeFolder, RedirectStandardOutput = true };
        start.Environment["BASE_URL"] = new Uri(_address, "/v1").ToString();
        start.Environment["API_KEY"] = _key;
        start.Environment["TRAINING_FILE"] = _folder.File("train.jsonl");
        using var run = Process.Start(start)!;
        var report = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        var lines = report.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("PASS ", line, StringComparison.Ordinal));
        Assert.Equal(5, lines.Length);
    }

    [Fact]
    public async Task After_kill_9_a_job_goes_on_and_comes_to_the_same_weights()
    {
        var options = new[] { "--model", "tiny", "--epochs", "20", "--batch-size", "2", "--seed", "9" };
        var whole = await TuneAsync([.. options, "--suffix", "whole", "--follow"]);
        Assert.True(whole.ExitCode == 0, whole.Output + whole.Errors);

        var started = await TuneAsync([.. options, "--suffix", "killed"]);
        await Eventually.GetAsync(StatusAsync, status => StepOf(status) >= 25, "the job has saved states", seconds: Patience);
        _program.Kill();
        await _program.ExitAsync();
        (_program, _address) = await CausewayProcess.ServeAsync(_folder.Path);
        var status = await CausewayProcess.RunAsync(_folder.Path, ["tune", "status", started.Output.Trim(), "--follow"], seconds: Patience);

        Assert.True(status.ExitCode == 0, status.Output + status.Errors);
        Assert.Contains("goes on from step", status.Output, StringComparison.Ordinal);
        Assert.Equal(Weights("whole"), Weights("killed"));
    }

    [Fact]
    public async Task The_verbs_start_show_list_and_cancel()
    {
        var start = await TuneAsync(["--model", "tiny", "--epochs", "50", "--batch-size", "1"]);
        var id = start.Output.Trim();
        await Eventually.GetAsync(StatusAsync, status => StepOf(status) >= 1, "the job runs", seconds: Patience);
        var status = await CausewayProcess.RunAsync(_folder.Path, ["tune", "status"]);
        var cancel = await CausewayProcess.RunAsync(_folder.Path, ["tune", "cancel", id]);
        var list = await CausewayProcess.RunAsync(_folder.Path, ["tune", "list"]);
        var unknown = await TuneAsync(["--model", "other"]);

        Assert.Matches(@"\[[#.]{24}\] +[\d.]+%  step \d+ of 600", status.Output);
        Assert.Contains("step 1", status.Output, StringComparison.Ordinal);
        Assert.Equal("cancelled", cancel.Output.Trim());
        Assert.Matches($@"{id}  cancelled  \d{{4}}-", list.Output);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("There is no model 'other' to tune. There are: causeway-tiny, tiny.", unknown.Errors, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> TuneAsync(string[] options) => CausewayProcess.RunAsync(_folder.Path, ["tune", "start", "train.jsonl", .. options], seconds: Patience);

    private async Task<string> StatusAsync() => (await CausewayProcess.RunAsync(_folder.Path, ["tune", "status", "--json"])).Output;

    private static int StepOf(string status)
    {
        if (status.Length == 0) return 0;
        using var job = JsonDocument.Parse(status);
        return job.RootElement.TryGetProperty("progress", out var progress) ? progress.GetProperty("step").GetInt32() : 0;
    }

    private byte[] Weights(string suffix) =>
        File.ReadAllBytes(Path.Combine(Directory.EnumerateDirectories(_folder.File(".causeway/models/tiny/adapters"), suffix + "-????????").Single(), "adapter_model.safetensors"));

    private Task WriteSpecAsync(string model) => File.WriteAllTextAsync(_folder.File("causeway.yaml"), $$"""
        apiVersion: causeway/v1
        upstreams: { local: { type: embedded, threads: 1 } }
        routes: { chat: { match: { model: gpt-4o }, targets: [ { upstream: local, model: "{{model}}" } ] } }
        keys: [ { name: tests, tune: true, hash: "{{KeyHash.Of(_key)}}" } ]
        """);
}
