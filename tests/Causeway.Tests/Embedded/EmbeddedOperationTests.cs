using System.Net;
using System.Text.Json;
using Causeway.Testing;
using Causeway.TinyModels;

namespace Causeway.Tests.Embedded;

/// <summary>Text completions, embeddings and counting, and what loading and load do to callers.</summary>
public sealed class EmbeddedOperationTests
{
    [Fact]
    public async Task A_text_is_continued_and_may_be_echoed()
    {
        await using var local = await LocalGateway.StartAsync();

        var plain = await PostAsync(local, "/v1/completions", """{"model":"tiny","prompt":["one two","three"],"max_tokens":5,"seed":1,"n":2}""");
        var echoed = await PostAsync(local, "/v1/completions", """{"model":"tiny","prompt":"one two","max_tokens":5,"seed":1,"echo":true,"logprobs":2}""");

        Assert.Equal(4, plain.GetProperty("choices").GetArrayLength());
        var (first, again) = (TextOf(plain, 0), TextOf(echoed, 0));
        Assert.Equal("one two" + first, again);
        Assert.Equal(5, echoed.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs").GetArrayLength());
        Assert.Equal(20, plain.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_streamed_text_is_the_whole_one_in_pieces()
    {
        await using var local = await LocalGateway.StartAsync();

        var whole = await PostAsync(local, "/v1/completions", """{"model":"tiny","prompt":"one two","max_tokens":9,"seed":1}""");
        using var response = await local.Gateway.Http.PostAsync("/v1/completions", TestGateway.Json("""{"model":"tiny","prompt":"one two","max_tokens":9,"seed":1,"stream":true}"""));

        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        Assert.Equal(TextOf(whole, 0), string.Concat(events[..^1].Select(e => TextOf(JsonDocument.Parse(e[6..]).RootElement, 0))));
    }

    [Fact]
    public async Task Vectors_have_length_one_and_may_be_shortened()
    {
        await using var local = await LocalGateway.StartAsync();
        var client = local.Client.GetEmbeddingClient("tiny");

        var vectors = (await client.GenerateEmbeddingsAsync(["one", "two", "one"])).Value;
        var shorter = (await client.GenerateEmbeddingAsync("one", new OpenAI.Embeddings.EmbeddingGenerationOptions { Dimensions = 16 })).Value.ToFloats();

        Assert.Equal(64, vectors[0].ToFloats().Length);
        Assert.Equal(1, vectors[0].ToFloats().ToArray().Sum(n => n * n), 3);
        Assert.Equal(vectors[0].ToFloats().ToArray(), vectors[2].ToFloats().ToArray());
        Assert.NotEqual(vectors[0].ToFloats().ToArray(), vectors[1].ToFloats().ToArray());
        Assert.Equal((16, 1.0), (shorter.Length, Math.Round(shorter.ToArray().Sum(n => n * n), 3)));
        Assert.True(vectors.Usage.InputTokenCount >= 3);
    }

    [Fact]
    public async Task Tokens_are_counted_as_the_usage_counts_them()
    {
        await using var local = await LocalGateway.StartAsync();
        const string Messages = """[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello there"}]""";

        var counted = await PostAsync(local, "/v1/tokenize", $$"""{"model":"tiny","messages":{{Messages}}}""");
        var answered = await PostAsync(local, "/v1/chat/completions", $$"""{"model":"tiny","messages":{{Messages}},"max_tokens":1}""");

        Assert.Equal(answered.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), counted.GetProperty("count").GetInt32());
        Assert.Equal(counted.GetProperty("count").GetInt32(), counted.GetProperty("tokens").GetArrayLength());
        Assert.Equal(2048, counted.GetProperty("max_model_len").GetInt32());
    }

    [Theory]
    [InlineData(TinyArchitecture.Llama)]
    [InlineData(TinyArchitecture.Qwen2)]
    [InlineData(TinyArchitecture.SmolLM3)]
    [InlineData(TinyArchitecture.Gemma3)]
    public async Task Every_architecture_answers(TinyArchitecture architecture)
    {
        await using var local = await LocalGateway.StartAsync(architecture: architecture);

        var answer = await PostAsync(local, "/v1/chat/completions", """{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"max_tokens":4}""");

        Assert.InRange(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), 0, 4);
    }

    [Fact]
    public async Task An_adapter_answers_otherwise_than_its_base_and_leaves_it_as_it_is()
    {
        await using var local = await LocalGateway.StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(local.Store.Folder, "..", "lora")).FullName;
        TinyAdapter.Create(TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Context = 2048 }), alpha: 64).WriteFolder(folder);
        local.Store.AddAdapter(folder, "tiny", "mine");
        const string Rest = "\"prompt\":\"one two three\",\"max_tokens\":12,\"temperature\":0}";

        var before = TextOf(await PostAsync(local, "/v1/completions", "{\"model\":\"tiny\"," + Rest), 0);
        var adapted = TextOf(await PostAsync(local, "/v1/completions", "{\"model\":\"tiny:mine\"," + Rest), 0);
        var after = TextOf(await PostAsync(local, "/v1/completions", "{\"model\":\"tiny\"," + Rest), 0);
        using var unknown = await local.Gateway.SendAsync(TestGateway.Chat("tiny:other"));

        Assert.NotEqual(before, adapted);
        Assert.Equal(before, after);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(["causeway-tiny", "causeway-tiny:escalate-early", "tiny", "tiny:mine"], (await local.Client.GetOpenAIModelClient().GetModelsAsync()).Value.Select(model => model.Id));
    }

    [Fact]
    public async Task More_than_may_wait_are_told_to_come_again()
    {
        await using var local = await LocalGateway.StartAsync(", queue: 0");
        // As many choices as share a pass, none of which may end, read by nobody.
        var endless = """{"model":"tiny","messages":[{"role":"user","content":"Hi"}],"n":16,"stream":true,"logit_bias":{""" + await local.NoEndAsync() + "}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = TestGateway.Json(endless) };
        using var running = await local.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        using var refused = await local.Gateway.SendAsync(TestGateway.Chat("tiny"));

        Assert.Equal(HttpStatusCode.OK, running.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        using var body = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        var error = body.RootElement.GetProperty("error");
        Assert.Equal(["code", "message", "param", "type"], error.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("local_model_busy", "rate_limit_error", JsonValueKind.Null), (error.GetProperty("code").GetString(), error.GetProperty("type").GetString(), error.GetProperty("param").ValueKind));

        // Whoever hangs up gives the place to the next.
        running.Dispose();
        await Eventually.GetAsync(() => local.Gateway.SendAsync(TestGateway.Chat("tiny", more: ",\"max_tokens\":1")), answer => answer.StatusCode == HttpStatusCode.OK, "a place is free");
    }

    [Fact]
    public async Task A_model_that_does_not_fit_is_refused_with_both_numbers()
    {
        await using var local = await LocalGateway.StartAsync(", memory: 16MiB, context: 2048");
        var big = Directory.CreateDirectory(Path.Combine(local.Store.Folder, "..", "big")).FullName;
        TinyModel.Create(TinyArchitecture.Qwen3, shape: new TinyShape { Hidden = 512, FeedForward = 4096, Layers = 4 }).WriteFolder(big);
        local.Store.Add(big, "big");

        using var response = await local.Gateway.SendAsync(TestGateway.Chat("big"));

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("local_model_too_large", text, StringComparison.Ordinal);
        Assert.Matches(@"needs [\d.]+ MiB.*[\d.]+ MiB are available", text);
        Assert.True(response.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_a_503_that_says_nothing_of_paths()
    {
        await using var local = await LocalGateway.StartAsync();
        var broken = Directory.CreateDirectory(Path.Combine(local.Store.Folder, "..", "broken")).FullName;
        await File.WriteAllTextAsync(Path.Combine(broken, "config.json"), "{");
        local.Store.Add(broken, "broken");

        using var response = await local.Gateway.SendAsync(TestGateway.Chat("broken"));

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("local_model_unusable", text, StringComparison.Ordinal);
        Assert.DoesNotContain(broken, text, StringComparison.Ordinal);
    }

    private static string? TextOf(JsonElement answer, int choice) => answer.GetProperty("choices")[choice].GetProperty("text").GetString();

    private static async Task<JsonElement> PostAsync(LocalGateway local, string path, string body)
    {
        using var response = await local.Gateway.Http.PostAsync(path, TestGateway.Json(body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}
