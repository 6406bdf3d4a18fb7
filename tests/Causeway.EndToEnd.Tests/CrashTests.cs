using System.Diagnostics;
using Causeway.Ledger.Reading;
using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class CrashTests
{
    [Fact]
    public async Task After_kill_9_under_load_at_most_the_last_group_commit_is_missing()
    {
        using var folder = new TempFolder();
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var killed = program;
        using var http = new HttpClient { BaseAddress = address };
        var answered = new System.Collections.Concurrent.ConcurrentQueue<(Guid Id, long At)>();

        var load = Enumerable.Range(0, 8).Select(_ => LoadAsync(http, answered)).ToArray();
        await Eventually.TrueAsync(() => answered.Count > 2000, "there was load");
        var killedAt = Stopwatch.GetTimestamp();
        program.Kill();
        await Task.WhenAll(load);

        using var reader = LedgerReader.Open(folder.File(".causeway"));
        var rows = reader.Recent(new ExchangeFilter { Limit = ExchangeFilter.MaxLimit }).Select(r => r.Exchange.Id).ToHashSet();
        // 50 ms is the group commit; the rest is what a busy two-core machine may add between an answer and its commit.
        var lost = answered.Where(a => !rows.Contains(a.Id)).ToList();
        var oldest = lost.Count == 0 ? TimeSpan.Zero : lost.Max(a => Stopwatch.GetElapsedTime(a.At, killedAt));
        Assert.True(oldest < TimeSpan.FromMilliseconds(400), $"{lost.Count} of {answered.Count} rows missing, the oldest {oldest.TotalMilliseconds} ms before the kill");

        // And it starts again on what is left.
        var (again, _) = await CausewayProcess.ServeAsync(folder.Path);
        await using var restarted = again;
    }

    private static async Task LoadAsync(HttpClient http, System.Collections.Concurrent.ConcurrentQueue<(Guid, long)> answered)
    {
        try
        {
            while (true)
            {
                using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("rehearsal-echo")));
                await answer.Content.ReadAsByteArrayAsync();
                answered.Enqueue((Guid.Parse(answer.Headers.GetValues("x-causeway-request-id").Single()), Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Killed.
        }
    }
}
