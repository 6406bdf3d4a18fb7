using Causeway.Serving;

namespace Causeway.Tuning.Client;

/// <summary>Follows a job until it ends or the one at the terminal has seen enough.</summary>
internal sealed class JobWatch(TuneClient client, string id, TextWriter output, bool isTerminal, TimeProvider time)
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);
    private int _drawn;

    /// <returns>Whether the job succeeded, or was left running.</returns>
    public async Task<bool> RunAsync()
    {
        using var stop = new StopSignal();
        using var tick = new PeriodicTimer(_every, time);
        var feed = new JobFeed(client, id);
        while (true)
        {
            var fresh = await feed.RefreshAsync();
            if (isTerminal) Redraw(JobView.Lines(feed, time.GetUtcNow()));
            else foreach (var line in fresh) output.WriteLine(line);
            if (feed.HasEnded) break;
            var next = tick.WaitForNextTickAsync().AsTask();
            if (await Task.WhenAny(next, stop.First) == next) continue;
            output.WriteLine($"The job goes on in the gateway. 'causeway tune status {id} --follow' shows it again, 'causeway tune cancel {id}' ends it.");
            return true;
        }
        if (!isTerminal)
            foreach (var line in JobView.Lines(feed, time.GetUtcNow())) output.WriteLine(line);
        return feed.Job.GetProperty("status").GetString() == "succeeded";
    }

    private void Redraw(IReadOnlyList<string> lines)
    {
        if (_drawn > 0) output.Write($"\e[{_drawn}A\r");
        foreach (var line in lines) output.Write($"{line}\e[K\n");
        output.Write("\e[J");
        output.Flush();
        _drawn = lines.Count;
    }
}
