using System.Net;
using Causeway.Models;
using Causeway.Testing;
using Causeway.Tuning;

namespace Causeway.Tests.Tuning;

/// <summary>Who reaches a tuned model, and that it can be made again.</summary>
public sealed class TunedModelTests : IDisposable
{
    private const string Quick = ""","suffix":"calm","seed":11,"hyperparameters":{"n_epochs":1,"batch_size":2}""";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Callers_reach_a_tuned_model_only_where_the_spec_names_or_offers_it()
    {
        string name;
        await using (var gateway = await TuningGateway.StartAsync(_folder))
        {
            name = await TuneAsync(gateway);
            Assert.Equal(HttpStatusCode.NotFound, await ChatAsync(gateway, name));
            Assert.DoesNotContain("calm", await gateway.Http.GetStringAsync("/v1/models"), StringComparison.Ordinal);
        }
        await using (var gateway = await TuningGateway.StartAsync(_folder, routes: $$"""{ support: { match: { model: gpt-4o }, targets: [ { upstream: local, model: "{{name}}" } ] } }"""))
        {
            Assert.Equal(HttpStatusCode.OK, await ChatAsync(gateway, "gpt-4o"));
        }
        await using (var gateway = await TuningGateway.StartAsync(_folder, more: ", offerTuned: true"))
        {
            Assert.Equal(HttpStatusCode.OK, await ChatAsync(gateway, name));
            Assert.Contains("tiny:calm-", await gateway.Http.GetStringAsync("/v1/models"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_lineage_makes_the_same_model_again()
    {
        await using var gateway = await TuningGateway.StartAsync(_folder);
        var name = await TuneAsync(gateway);
        var (model, adapter) = ModelName.Split(name);
        var folder = gateway.Store.Find(model)!.Adapters[adapter!];
        var lineage = await File.ReadAllTextAsync(Path.Combine(folder, Lineage.FileName));
        var (same, other) = (await gateway.UploadAsync(TuningGateway.Lines(12)), await gateway.UploadAsync(TuningGateway.Lines(12, "late")));
        using var jobs = await gateway.GetAsync("/v1/fine_tuning/jobs");
        var first = jobs.RootElement.GetProperty("data")[0].Clone();

        var again = await gateway.EndedAsync(await gateway.CreateAsync(same, $",\"lineage\":{lineage}"));
        var mistaken = await gateway.EndedAsync(await gateway.CreateAsync(other, $",\"lineage\":{lineage}"));
        using var both = await gateway.PostAsync("/v1/fine_tuning/jobs", $$"""{"model":"tiny","training_file":"{{same}}","seed":1,"lineage":{{lineage}} }""");

        Assert.Equal("succeeded", again.GetProperty("status").GetString());
        Assert.Equal(await gateway.CurveAsync(first.GetProperty("id").GetString()!), await gateway.CurveAsync(again.GetProperty("id").GetString()!));
        Assert.Equal(gateway.Weights(first), gateway.Weights(again));
        Assert.Equal("lineage_mismatch", mistaken.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("training_file", mistaken.GetProperty("error").GetProperty("param").GetString());
        Assert.Equal("lineage", both.RootElement.GetProperty("error").GetProperty("param").GetString());
        Assert.Contains("base_model: tiny", await File.ReadAllTextAsync(Path.Combine(folder, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_embedded_upstream_there_is_nothing_to_tune()
    {
        await using var gateway = await TuningGateway.StartAsync(_folder, hasModel: false);
        var file = await gateway.UploadAsync(TuningGateway.Lines(10));
        using var answer = await gateway.PostAsync("/v1/fine_tuning/jobs", $$"""{"model":"tiny","training_file":"{{file}}"}""");

        Assert.Equal("no_base_model", answer.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Only_a_key_that_may_tune_tunes_and_no_web_page_does()
    {
        var (tuner, other) = (Spec.Plans.KeyHash.New(), Spec.Plans.KeyHash.New());
        await using (var gateway = await TuningGateway.StartAsync(_folder,
            rest: $$"""keys: [ { name: tuner, tune: true, hash: "{{tuner.Hash}}" }, { name: other, hash: "{{other.Hash}}" } ]"""))
        {
            Assert.Equal(HttpStatusCode.OK, await ListAsync(gateway, ("Authorization", "Bearer " + tuner.Key)));
            Assert.Equal(HttpStatusCode.Forbidden, await ListAsync(gateway, ("Authorization", "Bearer " + other.Key)));
            Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(gateway));
            Assert.Equal(HttpStatusCode.OK, await ListAsync(gateway, ("Authorization", "Bearer " + TestGateway.AdminToken), "/admin/v1/tuning/v1/files"));
            Assert.Equal(HttpStatusCode.Forbidden, await ListAsync(gateway, ("Authorization", "Bearer " + tuner.Key), "/admin/v1/tuning/v1/files"));
        }
        await using (var gateway = await TuningGateway.StartAsync(_folder))
        {
            Assert.Equal(HttpStatusCode.OK, await ListAsync(gateway));
            Assert.Equal(HttpStatusCode.Forbidden, await ListAsync(gateway, ("Origin", "https://elsewhere.example")));
        }
    }

    [Fact]
    public async Task A_job_that_no_longer_gets_better_ends_with_its_best_weights()
    {
        await using var gateway = await TuningGateway.StartAsync(_folder);
        // What is measured contradicts what is learnt.
        var (train, valid) = (await gateway.UploadAsync(TuningGateway.Lines(12)), await gateway.UploadAsync(string.Concat(Enumerable.Range(100, 10).Select(index => Written.Chat($"What about order {index}?", "Zyx qwv jjk.") + "\n"))));
        var job = await gateway.EndedAsync(await gateway.CreateAsync(train,
            $$""","validation_file":"{{valid}}","hyperparameters":{"n_epochs":50,"learning_rate_multiplier":40,"patience":2}"""));
        var curve = await gateway.CurveAsync(job.GetProperty("id").GetString()!);

        Assert.Equal("succeeded", job.GetProperty("status").GetString());
        Assert.True(curve.Count < 600, $"{curve.Count} steps");
    }

    private static async Task<string> TuneAsync(TuningGateway gateway)
    {
        var job = await gateway.EndedAsync(await gateway.CreateAsync(await gateway.UploadAsync(TuningGateway.Lines(12)), Quick));
        Assert.True(job.GetProperty("status").GetString() == "succeeded", job.GetRawText());
        return job.GetProperty("fine_tuned_model").GetString()!;
    }

    private static async Task<HttpStatusCode> ChatAsync(TuningGateway gateway, string model)
    {
        using var answer = await gateway.Gateway.SendAsync(TestGateway.Chat(model, more: ",\"max_tokens\":4"));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> ListAsync(TuningGateway gateway, (string Name, string Value)? header = null, string path = "/v1/files")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is { } given) request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        using var answer = await gateway.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
