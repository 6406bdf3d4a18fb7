using System.Net.Http.Headers;
using Causeway.Testing;
using Causeway.TinyModels;

namespace Causeway.EndToEnd.Tests;

/// <summary>
/// Models in the program's own process behind the routes: one with random weights but real files, added with <c>causeway models add</c>, the one
/// that comes with the program, one whose files are broken, and one for which nobody may wait.
/// </summary>
public sealed class ServedModel : ServedGateway
{
    public override string Kind => "embedded";
    public override IReadOnlyList<string> Skipped { get; } = ["a cut stream raises an error"];
    public override string AnswersAs => "tiny";
    public override int BrokenStatus => 503;
    public override int VectorLength => 64;

    protected override string Routes => """
        upstreams:
          local: { type: embedded, threads: 1 }
          narrow: { type: embedded, threads: 1, queue: 0 }
        routes:
          chat: { match: { model: [gpt-4o, rehearsal-infinite] }, targets: [ { upstream: local, model: tiny } ] }
          support: { match: { model: support-desk }, targets: [ { upstream: local, model: causeway-tiny } ] }
          broken: { match: { model: broken }, targets: [ { upstream: local, model: broken } ] }
          limited: { match: { model: limited }, targets: [ { upstream: narrow, model: tiny } ] }
          gone: { match: { model: gone }, targets: [ { upstream: local, model: gone } ] }
        """;

    /// <summary>As many answers as share a pass, none of which may end before it is long, read by nobody.</summary>
    public override async Task<IDisposable?> OccupyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = TestGateway.Json("""
                {"model":"limited","messages":[{"role":"user","content":"Hi"}],"n":16,"stream":true,"response_format":{"type":"json_schema","json_schema":{"name":"long",
                "schema":{"type":"object","properties":{"text":{"type":"string","minLength":1500}},"required":["text"],"additionalProperties":false}}}}
                """),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        return answer;
    }

    protected override async Task PrepareAsync()
    {
        TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Context = 2048 }).WriteFolder(Directory.CreateDirectory(Folder.File("made")).FullName);
        Directory.CreateDirectory(Folder.File("damaged"));
        await File.WriteAllTextAsync(Folder.File("damaged/config.json"), "{");
        foreach (var arguments in (string[][])[["models", "add", "made", "--name", "tiny"], ["models", "add", "damaged", "--name", "broken"]])
        {
            var (exitCode, _, errors) = await CausewayProcess.RunAsync(Folder.Path, arguments);
            Assert.True(exitCode == 0, errors);
        }
    }
}
