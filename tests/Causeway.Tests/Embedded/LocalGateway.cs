using System.Text.Json;
using Causeway.Embedded;
using Causeway.Models;
using Causeway.Testing;
using Causeway.TinyModels;
using Microsoft.Extensions.Logging.Abstractions;
using OpenAI;

namespace Causeway.Tests.Embedded;

/// <summary>A gateway whose models are tiny ones with random weights, in a store of its own.</summary>
internal sealed class LocalGateway : IAsyncDisposable
{
    private readonly TempFolder _folder;

    private LocalGateway(TempFolder folder, TestGateway gateway) => (_folder, Gateway) = (folder, gateway);

    public TestGateway Gateway { get; }

    public ModelStore Store => new(_folder.File("models"));

    public OpenAIClient Client => new(new System.ClientModel.ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = Gateway.V1, RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) });

    /// <param name="more">Further keys of the upstream: <c>, queue: 0</c>.</param>
    /// <param name="name">The upstream's.</param>
    public static async Task<LocalGateway> StartAsync(string more = "", TimeProvider? time = null, TinyArchitecture architecture = TinyArchitecture.Qwen3, string name = "local")
    {
        var folder = new TempFolder();
        TinyModel.Create(architecture, shape: new TinyShape { Context = 2048 }).WriteFolder(Directory.CreateDirectory(folder.File("tiny")).FullName);
        new ModelStore(folder.File("models")).Add(folder.File("tiny"), "tiny");
        var gateway = await TestGateway.StartAsync(TestGateway.Compile($$"""
            upstreams: { {{name}}: { type: embedded, threads: 1, models: "{{folder.File("models")}}"{{more}} } }
            routes: { all: { match: { model: "*" }, targets: [ { upstream: {{name}} } ] } }
            """), time, embedded: upstream => new EmbeddedUpstream(upstream, folder.Path, time ?? TimeProvider.System, NullLogger.Instance));
        return new LocalGateway(folder, gateway);
    }

    /// <summary>Members of <c>logit_bias</c> that keep the model from ending its turn by itself.</summary>
    public async Task<string> NoEndAsync()
    {
        var members = new List<string>();
        foreach (var end in (string[])["<|im_end|>", "<|endoftext|>"])
        {
            using var response = await Gateway.Http.PostAsync("/v1/tokenize", TestGateway.Json($$"""{"model":"tiny","prompt":"{{end}}"}"""));
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            members.Add($"\"{answer.RootElement.GetProperty("tokens")[0].GetInt32()}\":-100");
        }
        return string.Join(",", members);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
    }
}
