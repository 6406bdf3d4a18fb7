using System.Text.Json;
using Causeway.Testing;

namespace Causeway.Tests.Tuning;

public sealed class JobTests : IAsyncLifetime
{
    private const string Endless = ""","seed":5,"method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":50,"batch_size":1}}}""";

    private readonly TempFolder _folder = new();
    private TuningGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TuningGateway.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_makes_a_model_in_the_shapes_of_the_api()
    {
        var (train, valid) = (await _gateway.UploadAsync(TuningGateway.Lines(12)), await _gateway.UploadAsync(Written.Chat("And the shop?", "It is open.") + "\n" + Others(10)));
        using var created = await _gateway.PostAsync("/v1/fine_tuning/jobs",
            $$"""{"model":"tiny","training_file":"{{train}}","validation_file":"{{valid}}","suffix":"calm","seed":3,"hyperparameters":{"n_epochs":3,"batch_size":"auto"},"metadata":{"team":"blue"} }""");
        var id = created.RootElement.GetProperty("id").GetString()!;
        var job = await _gateway.EndedAsync(id);
        using var events = await _gateway.GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=100");
        using var checkpoints = await _gateway.GetAsync($"/v1/fine_tuning/jobs/{id}/checkpoints");
        using var jobs = await _gateway.GetAsync("/v1/fine_tuning/jobs?metadata[team]=blue");
        using var others = await _gateway.GetAsync("/v1/fine_tuning/jobs?metadata[team]=red");
        var csv = await _gateway.Http.GetStringAsync($"/v1/files/{job.GetProperty("result_files")[0].GetString()}/content");

        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Shape.Holds("job", created.RootElement);
        Shape.Holds("job", job);
        Shape.Holds("events", events.RootElement);
        Shape.Holds("checkpoints", checkpoints.RootElement);
        Shape.Holds("jobs", jobs.RootElement);
        Assert.Equal($"ft:tiny:causeway:calm:{id[^8..]}", job.GetProperty("fine_tuned_model").GetString());
        Assert.Equal(3, job.GetProperty("hyperparameters").GetProperty("n_epochs").GetInt32());
        Assert.True(job.GetProperty("trained_tokens").GetInt64() > 0);
        Assert.Empty(others.RootElement.GetProperty("data").EnumerateArray());
        var newest = events.RootElement.GetProperty("data")[0].GetProperty("message").GetString();
        Assert.Equal("The job has successfully completed", newest);
        var curve = await _gateway.CurveAsync(id);
        Assert.Equal(curve.Count + 1, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(Enumerable.Range(1, curve.Count), curve.Select(step => step.Step));
        Assert.True(curve[^1].Loss < curve[0].Loss);
        Assert.Equal(2, checkpoints.RootElement.GetProperty("data").GetArrayLength());
        Assert.Contains("full_valid_loss", checkpoints.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preferences_are_learnt_too()
    {
        var file = await _gateway.UploadAsync(TuningGateway.Preferences(10));
        var id = await _gateway.CreateAsync(file, ""","method":{"type":"dpo","dpo":{"hyperparameters":{"beta":0.5,"n_epochs":3,"learning_rate_multiplier":10}}}""");
        var job = await _gateway.EndedAsync(id);
        var curve = await _gateway.CurveAsync(id);

        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Shape.Holds("job", job);
        Assert.Equal(0.5, job.GetProperty("method").GetProperty("dpo").GetProperty("hyperparameters").GetProperty("beta").GetDouble());
        Assert.Equal(Math.Log(2), curve[0].Loss, 3);
        Assert.True(curve[^1].Loss < curve[0].Loss);
    }

    [Fact]
    public async Task A_job_that_is_stopped_in_the_middle_comes_to_the_same_weights_bit_for_bit()
    {
        var file = await _gateway.UploadAsync(TuningGateway.Lines(12));
        var whole = await _gateway.EndedAsync(await _gateway.CreateAsync(file, Hyper(20)));

        var id = await _gateway.CreateAsync(file, Hyper(20));
        await _gateway.SteppedAsync(id, 25);
        await _gateway.DisposeAsync();
        _gateway = await TuningGateway.StartAsync(_folder);
        var stopped = await _gateway.EndedAsync(id);

        Assert.Equal("succeeded", stopped.GetProperty("status").GetString());
        Assert.Contains("goes on from step", await EventsAsync(id), StringComparison.Ordinal);
        Assert.Equal(await _gateway.CurveAsync(whole.GetProperty("id").GetString()!), await _gateway.CurveAsync(id));
        Assert.Equal(_gateway.Weights(whole), _gateway.Weights(stopped));

        static string Hyper(int epochs) => $$""","seed":7,"hyperparameters":{"batch_size":2,"n_epochs":{{epochs}} }""";
    }

    [Fact]
    public async Task A_job_is_cancelled_while_it_runs_and_while_it_waits()
    {
        var file = await _gateway.UploadAsync(TuningGateway.Lines(40));
        var running = await _gateway.CreateAsync(file, Endless);
        var waiting = await _gateway.CreateAsync(file, Endless);
        await _gateway.SteppedAsync(running, 2);

        using var deleting = await _gateway.Http.DeleteAsync($"/v1/files/{file}");
        using var first = await _gateway.PostAsync($"/v1/fine_tuning/jobs/{waiting}/cancel");
        using var second = await _gateway.PostAsync($"/v1/fine_tuning/jobs/{running}/cancel");
        using var again = await _gateway.PostAsync($"/v1/fine_tuning/jobs/{running}/cancel");
        var quick = await _gateway.EndedAsync(await _gateway.CreateAsync(file, ""","hyperparameters":{"n_epochs":1}"""));

        Assert.Equal(409, (int)deleting.StatusCode);
        Assert.Equal("cancelled", first.RootElement.GetProperty("status").GetString());
        Assert.Equal("cancelled", second.RootElement.GetProperty("status").GetString());
        Shape.Holds("job", second.RootElement);
        Assert.Equal("job_state_conflict", Code(again));
        Assert.Equal("succeeded", quick.GetProperty("status").GetString());
        Assert.Single(_gateway.Store.Find("tiny")!.Adapters);
    }

    [Fact]
    public async Task A_paused_job_goes_on_where_it_was()
    {
        var file = await _gateway.UploadAsync(TuningGateway.Lines(12));
        var id = await _gateway.CreateAsync(file, ""","method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":20,"batch_size":2}}}""");
        await _gateway.SteppedAsync(id, 5);

        using var paused = await _gateway.PostAsync($"/v1/fine_tuning/jobs/{id}/pause");
        using var resumed = await _gateway.PostAsync($"/v1/fine_tuning/jobs/{id}/resume");
        var job = await _gateway.EndedAsync(id);
        var curve = await _gateway.CurveAsync(id);

        Assert.Equal("paused", paused.RootElement.GetProperty("status").GetString());
        Assert.Equal("queued", resumed.RootElement.GetProperty("status").GetString());
        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Equal(Enumerable.Range(1, curve.Count), curve.Select(step => step.Step));
    }

    [Fact]
    public async Task A_broken_line_fails_the_job_and_says_where()
    {
        var file = await _gateway.UploadAsync(TuningGateway.Lines(10) + """{"messages":[{"role":"user","content":"no answer"}]}""" + "\n");
        var job = await _gateway.EndedAsync(await _gateway.CreateAsync(file));

        Shape.Holds("job", job);
        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Equal("invalid_training_file", job.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("training_file", job.GetProperty("error").GetProperty("param").GetString());
        Assert.Contains("line 11", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validation_file_with_prompts_of_the_training_file_is_refused()
    {
        var (train, valid) = (await _gateway.UploadAsync(TuningGateway.Lines(12)), await _gateway.UploadAsync(Others(10) + TuningGateway.Lines(1, "late")));
        var job = await _gateway.EndedAsync(await _gateway.CreateAsync(train, $",\"validation_file\":\"{valid}\""));

        Assert.Equal("invalid_validation_file", job.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("lines 11", job.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", "", "model_not_found", "model")]
    [InlineData("tiny:x", "", "invalid_value", "model")]
    [InlineData("tiny", ""","integrations":[{"type":"wandb"}]""", "unsupported_parameter", "integrations")]
    [InlineData("tiny", ""","hyperparameters":{"n_epochs":0}""", "invalid_value", "hyperparameters.n_epochs")]
    [InlineData("tiny", ""","hyperparameters":{"warmth":1}""", "unsupported_parameter", "hyperparameters.warmth")]
    [InlineData("tiny", ""","method":{"type":"reinforcement"}""", "invalid_value", "method.type")]
    [InlineData("tiny", ",\"suffix\":\"a:b\"", "invalid_value", "suffix")]
    [InlineData("tiny", ",\"suffix\":\"../up\"", "invalid_value", "suffix")]
    [InlineData("tiny", ",\"suffix\":", "invalid_json", null)]
    [InlineData("tiny", ",\"model\":\"other\"", "invalid_json", null)]
    [InlineData("tiny", ""","seed":-1""", "invalid_value", "seed")]
    [InlineData("tiny", ",\"validation_file\":\"file-nothing\"", "file_not_found", "validation_file")]
    public async Task A_wrong_request_is_refused_by_name(string model, string more, string code, string? param)
    {
        var file = await _gateway.UploadAsync(TuningGateway.Lines(10));
        using var answer = await _gateway.PostAsync("/v1/fine_tuning/jobs", $$"""{"model":"{{model}}","training_file":"{{file}}"{{more}}}""");
        using var jobs = await _gateway.GetAsync("/v1/fine_tuning/jobs");

        Assert.Equal(code, Code(answer));
        Assert.Equal(param, answer.RootElement.GetProperty("error").GetProperty("param").GetString());
        Assert.Equal(0, jobs.RootElement.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_full_disk_fails_the_job_and_the_states_before_it_are_there_to_go_on_from()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full is Linux's.");
        var file = await _gateway.UploadAsync(TuningGateway.Lines(40));
        var id = await _gateway.CreateAsync(file, ""","method":{"type":"supervised","supervised":{"hyperparameters":{"n_epochs":10,"batch_size":1}}}""");
        await _gateway.SteppedAsync(id, 1);
        // The writer's own half file, for a state that is still far away.
        var full = Path.Combine(_folder.File("tuning/jobs"), id, "state-00000300.safetensors.part");
        File.CreateSymbolicLink(full, "/dev/full");

        var failed = await _gateway.EndedAsync(id);
        Assert.Equal("storage_failed", failed.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("full", failed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, Directory.EnumerateFiles(Path.GetDirectoryName(full)!, "state-*.safetensors").Count());

        File.Delete(full);
        using var resumed = await _gateway.PostAsync($"/v1/fine_tuning/jobs/{id}/resume");
        var job = await _gateway.EndedAsync(id);

        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.Matches(@"goes on from step 2[0-9]0", await EventsAsync(id));
    }

    private async Task<string> EventsAsync(string id)
    {
        var text = "";
        for (var after = ""; ;)
        {
            using var page = await _gateway.GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=100{after}");
            text += page.RootElement.GetRawText();
            if (!page.RootElement.GetProperty("has_more").GetBoolean()) return text;
            after = "&after=" + page.RootElement.GetProperty("last_id").GetString();
        }
    }

    private static string Others(int count) => string.Concat(Enumerable.Range(0, count).Select(index => Written.Chat($"May I return parcel {index}?", "You may.") + "\n"));

    private static string? Code(JsonDocument answer) => answer.RootElement.GetProperty("error").GetProperty("code").GetString();
}
