using System.ClientModel;
using System.ClientModel.Primitives;
using Causeway.Spec.Plans;
using Causeway.Testing;
using OpenAI;

namespace Causeway.EndToEnd.Tests;

/// <summary>The program as a process, serving one kind of upstream to all tests of a class. Its routes are named alike whatever answers behind them.</summary>
public abstract class ServedGateway : IAsyncLifetime
{
    protected TempFolder Folder { get; } = new();

    public string Key { get; } = KeyHash.New().Key;
    public CausewayProcess Program { get; private set; } = null!;
    public Uri Address { get; private set; } = null!;
    public string WorkingFolder => Folder.Path;

    /// <summary>As checks.mjs is told.</summary>
    public abstract string Kind { get; }

    /// <summary>The checks that cannot be asked of it; the script says why beside each.</summary>
    public abstract IReadOnlyList<string> Skipped { get; }

    /// <summary>What answers at the route <c>gpt-4o</c> call themselves.</summary>
    public abstract string AnswersAs { get; }

    /// <summary>Of the route <c>broken</c>.</summary>
    public abstract int BrokenStatus { get; }

    public abstract int VectorLength { get; }

    /// <summary>The spec's upstreams and routes.</summary>
    protected abstract string Routes { get; }

    /// <summary>Makes the next request to the route <c>limited</c> one too many, until it is disposed.</summary>
    public virtual Task<IDisposable?> OccupyAsync() => Task.FromResult<IDisposable?>(null);

    public OpenAIClient Client(string? key = null) => new(
        new ApiKeyCredential(key ?? Key), new OpenAIClientOptions { Endpoint = new Uri(Address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        await File.WriteAllTextAsync(Folder.File("causeway.yaml"), $$"""
            apiVersion: causeway/v1
            {{Routes}}
            keys: [ { name: tests, hash: "{{KeyHash.Of(Key)}}" } ]
            """);
        (Program, Address) = await CausewayProcess.ServeAsync(Folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        if (Program is not null) await Program.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual Task PrepareAsync() => Task.CompletedTask;
}
