using Causeway.Testing;

namespace Causeway.EndToEnd.Tests;

public sealed class ReloadTests
{
    private static string Spec(string model) => $$"""
        apiVersion: causeway/v1
        upstreams: { stage: { type: rehearsal } }
        routes: { all: { match: { model: ["{{model}}", always] }, targets: [ { upstream: stage } ] } }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_spec_is_put_into_force_without_a_failed_request(bool bySignal)
    {
        using var folder = new TempFolder();
        var file = folder.File("causeway.yaml");
        await File.WriteAllTextAsync(file, Spec("one"), TestContext.Current.CancellationToken);
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(http, stop.Token)).ToArray();

        for (var round = 0; round < 3; round++)
        {
            var model = $"model-{round}";
            await WriteAtomicallyAsync(file, Spec(model));
            if (bySignal) program.HangUp();
            await Eventually.GetAsync(() => http.GetAsync("/v1/models/" + model), answer => answer.IsSuccessStatusCode, $"{model} is served");
        }
        await stop.CancelAsync();
        var results = await Task.WhenAll(load);

        Assert.True(results.Sum(r => r.Sent) > 20, "there was load");
        Assert.Empty(results.SelectMany(r => r.Failures));
    }

    [Fact]
    public async Task A_bad_spec_is_refused_with_its_diagnostics_and_the_old_plan_lives_on()
    {
        using var folder = new TempFolder();
        var file = folder.File("causeway.yaml");
        await File.WriteAllTextAsync(file, Spec("one"), TestContext.Current.CancellationToken);
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        var before = await PlanAsync(http);

        await WriteAtomicallyAsync(file, Spec("two").Replace("routes", "rouets", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => (program.Output + program.Errors).Contains("rouets", StringComparison.Ordinal), "the diagnostics are logged");

        Assert.Equal(before, await PlanAsync(http));
        Assert.Equal(200, (int)(await http.GetAsync("/v1/models/one")).StatusCode);
    }

    [Fact]
    public async Task A_spec_behind_links_is_put_into_force_when_a_link_is_turned()
    {
        // As Kubernetes mounts a config map: the file is a link through a link that is turned to another folder.
        using var folder = new TempFolder();
        var mount = Directory.CreateDirectory(folder.File("mount")).FullName;
        string[] versions = ["one", "two"];
        foreach (var version in versions)
        {
            Directory.CreateDirectory(Path.Combine(mount, version));
            await File.WriteAllTextAsync(Path.Combine(mount, version, "causeway.yaml"), Spec(version), TestContext.Current.CancellationToken);
        }
        Directory.CreateSymbolicLink(Path.Combine(mount, "..data"), "one");
        File.CreateSymbolicLink(Path.Combine(mount, "causeway.yaml"), Path.Combine("..data", "causeway.yaml"));
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path, ["-f", Path.Combine(mount, "causeway.yaml")]);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        Assert.Equal(200, (int)(await http.GetAsync("/v1/models/one")).StatusCode);

        Directory.Delete(Path.Combine(mount, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(mount, "..data"), "two");

        await Eventually.GetAsync(() => http.GetAsync("/v1/models/two"), answer => answer.IsSuccessStatusCode, "the other spec is served");
    }

    [Fact]
    public async Task A_stream_finishes_on_the_plan_it_started_with()
    {
        using var folder = new TempFolder();
        var file = folder.File("causeway.yaml");
        await File.WriteAllTextAsync(file, Spec("rehearsal-slow"), TestContext.Current.CancellationToken);
        var (program, address) = await CausewayProcess.ServeAsync(folder.Path);
        await using var running = program;
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(TestGateway.Chat("rehearsal-slow", stream: true, more: ",\"max_tokens\":10")) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var old = answer.Headers.GetValues("x-causeway-plan").Single();

        await WriteAtomicallyAsync(file, Spec("other"));
        await Eventually.GetAsync(() => PlanAsync(http), plan => plan != old, "the new plan is in force");

        Assert.EndsWith("data: [DONE]\n\n", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<(int Sent, List<string> Failures)> LoadAsync(HttpClient http, CancellationToken stop)
    {
        var sent = 0;
        var failures = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            using var answer = await http.PostAsync("/v1/chat/completions", TestGateway.Json(TestGateway.Chat("always", stream: sent % 2 == 0)), CancellationToken.None);
            var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            if (!answer.IsSuccessStatusCode) failures.Add(text);
            sent++;
        }
        return (sent, failures);
    }

    private static async Task<string> PlanAsync(HttpClient http) => (await http.GetAsync("/v1/models")).Headers.GetValues("x-causeway-plan").Single();

    private static async Task WriteAtomicallyAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
