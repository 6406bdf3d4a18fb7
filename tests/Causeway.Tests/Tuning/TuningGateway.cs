using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Causeway.Embedded;
using Causeway.Models;
using Causeway.Testing;
using Causeway.TinyModels;
using Causeway.Tuning;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Tests.Tuning;

/// <summary>A gateway with files and fine-tuning jobs over a tiny random model, in a data folder that may outlive it.</summary>
internal sealed class TuningGateway : IAsyncDisposable
{
    private static readonly string[] _ended = ["succeeded", "failed", "cancelled", "paused"];

    private TuningState _tuning = null!;
    private TestGateway _gateway = null!;

    private TuningGateway(TempFolder folder) => Folder = folder;

    public TempFolder Folder { get; }
    public TestGateway Gateway => _gateway;
    public HttpClient Http => _gateway.Http;
    public ModelStore Store => new(Folder.File("models"));

    /// <param name="more">Further keys of the upstream.</param>
    /// <param name="routes">Instead of one that forwards every name.</param>
    /// <param name="rest">Further sections of the spec.</param>
    public static async Task<TuningGateway> StartAsync(
        TempFolder folder, string more = "", string routes = """{ all: { match: { model: "*" }, targets: [ { upstream: local } ] } }""", string rest = "", bool hasModel = true)
    {
        var gateway = new TuningGateway(folder);
        if (hasModel && gateway.Store.Find("tiny") is null)
        {
            TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Context = 512, Layers = 2 }).WriteFolder(Directory.CreateDirectory(folder.File("tiny")).FullName);
            gateway.Store.Add(folder.File("tiny"), "tiny");
        }
        var upstreams = hasModel ? $$"""{ local: { type: embedded, threads: 1, models: "{{folder.File("models")}}"{{more}} } }""" : "{ local: { type: rehearsal } }";
        gateway._gateway = await TestGateway.StartAsync(
            TestGateway.Compile($"upstreams: {upstreams}\nroutes: {routes}\n{rest}"),
            embedded: upstream => new EmbeddedUpstream(upstream, folder.Path, TimeProvider.System, NullLogger.Instance),
            tuning: (plans, ledger) =>
            {
                gateway._tuning = new TuningState(folder.Path, () => plans.Plan.Upstreams, ledger, TimeProvider.System, NullLogger.Instance, threads: 1);
                gateway._tuning.Start();
                return gateway._tuning.HandleAsync;
            });
        return gateway;
    }

    /// <summary>Lines that teach answers; the more there are, the longer an epoch.</summary>
    public static string Lines(int count, string word = "fine") =>
        string.Concat(Enumerable.Range(0, count).Select(index => Written.Chat($"What about order {index}?", $"Order {index} is {word}.") + "\n"));

    public static string Preferences(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(index => Written.Preference($"What about order {index}?", $"Order {index} is fine.", "Who knows?") + "\n"));

    public async Task<string> UploadAsync(string content, string name = "train.jsonl")
    {
        using var form = Form(content, name);
        using var answer = await ReadAsync(await Http.PostAsync("/v1/files", form));
        return answer.RootElement.GetProperty("id").GetString()!;
    }

    public static MultipartFormDataContent Form(string content, string name = "train.jsonl", string purpose = "fine-tune")
    {
        var file = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { new StringContent(purpose), "purpose" }, { file, "file", name } };
    }

    /// <summary>Creates a job; its id.</summary>
    public async Task<string> CreateAsync(string file, string more = "", string model = "tiny")
    {
        using var answer = await PostAsync("/v1/fine_tuning/jobs", $$"""{"model":"{{model}}","training_file":"{{file}}"{{more}}}""");
        return answer.RootElement.GetProperty("id").GetString()!;
    }

    public async Task<JsonDocument> PostAsync(string path, string body = "{}") => await ReadAsync(await Http.PostAsync(path, TestGateway.Json(body)));

    public async Task<JsonDocument> GetAsync(string path) => await ReadAsync(await Http.GetAsync(path));

    public Task<JsonElement> JobAsync(string id, Func<JsonElement, bool> isRight) => Eventually.GetAsync(
        async () =>
        {
            using var job = await GetAsync($"/v1/fine_tuning/jobs/{id}");
            return job.RootElement.Clone();
        },
        isRight, "the job is as expected", seconds: 120);

    /// <summary>The job when it runs no more.</summary>
    public Task<JsonElement> EndedAsync(string id) => JobAsync(id, job => _ended.Contains(job.GetProperty("status").GetString()));

    /// <summary>Waits until so many steps are taken.</summary>
    public Task<JsonElement> SteppedAsync(string id, int steps) => JobAsync(id, job => job.TryGetProperty("progress", out var progress) && progress.GetProperty("step").GetInt32() >= steps);

    /// <summary>Metrics of all steps, in order.</summary>
    public async Task<IReadOnlyList<(int Step, double Loss)>> CurveAsync(string id)
    {
        var steps = new List<(int, double)>();
        for (var after = ""; ;)
        {
            using var page = await GetAsync($"/v1/fine_tuning/jobs/{id}/events?limit=100{after}");
            foreach (var one in page.RootElement.GetProperty("data").EnumerateArray().Where(one => one.GetProperty("type").GetString() == "metrics"))
                steps.Add((one.GetProperty("data").GetProperty("step").GetInt32(), one.GetProperty("data").GetProperty("train_loss").GetDouble()));
            if (!page.RootElement.GetProperty("has_more").GetBoolean()) break;
            after = "&after=" + page.RootElement.GetProperty("last_id").GetString();
        }
        steps.Reverse();
        return steps;
    }

    public byte[] Weights(JsonElement job)
    {
        var (model, adapter) = ModelName.Split(job.GetProperty("fine_tuned_model").GetString()!);
        return File.ReadAllBytes(Path.Combine(Store.Find(model)!.Adapters[adapter!], "adapter_model.safetensors"));
    }

    /// <summary>Stops what runs, as SIGTERM does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _tuning.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response)
    {
        using (response) return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }
}
