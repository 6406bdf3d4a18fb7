using System.Reflection;
using Causeway.Gateway;
using Causeway.Ledger;
using Causeway.Spec.Plans;
using Causeway.Tuning.Files;
using Causeway.Tuning.Jobs;
using Causeway.Tuning.Worker;

namespace Causeway.Tuning;

/// <summary>Files, jobs and the one who works on them, in the folder <c>tuning</c> of the data folder. Disposal stops the work with its state saved.</summary>
internal sealed class TuningState : IAsyncDisposable
{
    private readonly TuningWorker _worker;
    private readonly TuningEndpoint _endpoint;

    /// <param name="threads">That compute; null for half of the cores.</param>
    /// <exception cref="IOException">What an earlier process left cannot be understood.</exception>
    public TuningState(string dataFolder, Func<IEnumerable<UpstreamPlan>> upstreams, LedgerState ledger, TimeProvider time, ILogger logger, int? threads = null)
    {
        var folder = Path.Combine(dataFolder, "tuning");
        var ids = new TuningIds(time);
        var shelf = new FileShelfState(Path.Combine(folder, "files"), ids, time);
        var board = new JobBoardState(Path.Combine(folder, "jobs"), ids);
        var bases = new TuningBases(upstreams, dataFolder);
        var context = new TuningContext(board, shelf, bases, ids, time,
            (action, subject, detail) => ledger.AuditAsync("tuning", action, subject, detail, CancellationToken.None), Version);
        _worker = new TuningWorker(context, threads ?? Math.Max(1, Environment.ProcessorCount / 2), logger);
        _endpoint = new TuningEndpoint(new FilesEndpoint(shelf, board), new JobsEndpoint(board, shelf, bases, _worker, ids, time), logger);
    }

    private static string Version => typeof(TuningState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>For <see cref="GatewayOptions.Tuning"/>.</summary>
    public Task HandleAsync(HttpContext http, string path) => _endpoint.HandleAsync(http, path);

    /// <summary>Takes up what an earlier process left. Once.</summary>
    public void Start() => _worker.Start();

    /// <summary>Begins to stop: the job in progress ends its step and is saved while the gateway's callers get their last answers.</summary>
    public void BeginStop() => _worker.BeginStop();

    public ValueTask DisposeAsync() => _worker.DisposeAsync();
}
