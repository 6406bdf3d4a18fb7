using Causeway.Models;
using Causeway.Testing;

namespace Causeway.Tests.Models;

public sealed class PullTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly HubStandIn _hub = new();
    private readonly StringWriter _output = new();

    public ValueTask InitializeAsync()
    {
        _hub.Files["config.json"] = "{}"u8.ToArray();
        _hub.Files["tokenizer.json"] = Noise(5_000, 1);
        _hub.Files["model.safetensors"] = Noise(700_000, 2);
        _hub.Files["README.md"] = "read me"u8.ToArray();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
        await _output.DisposeAsync();
    }

    [Fact]
    public async Task A_model_comes_with_what_it_needs_and_nothing_else()
    {
        var entry = await PullAsync();

        Assert.Equal(("tiny", HubStandIn.Id, HubStandIn.Commit, "apache-2.0", true), (entry.Name, entry.Source, entry.Revision, entry.License, entry.IsOwned));
        Assert.Equal(["config.json", "model.json", "model.safetensors", "tokenizer.json"], FilesOf(entry.Path));
        Assert.Equal(_hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(entry.Path, "model.safetensors"), Cancel));
        Assert.Equal("tiny", Assert.Single(Store.List()).Name);
    }

    [Fact]
    public async Task A_dropped_connection_is_taken_up_where_it_broke()
    {
        (_hub.BreakAfter, _hub.Breaks) = (300_000, 2);

        var entry = await PullAsync();

        Assert.Equal(_hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(entry.Path, "model.safetensors"), Cancel));
        Assert.Contains(_hub.StorageRequests, request => request.Header("Range") is { } range && range != "bytes=0-");
    }

    [Fact]
    public async Task Whoever_stops_a_pull_goes_on_with_what_had_come()
    {
        using var stop = new CancellationTokenSource();
        var part = Path.Combine(Store.Workshop("tiny"), "model.safetensors.part");
        _hub.HangAfter = 300_000;
        var first = PullAsync(cancel: stop.Token);
        await Eventually.TrueAsync(() => File.Exists(part) && new FileInfo(part).Length == 300_000, "the first part has come");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _hub.HangAfter = null;

        var entry = await PullAsync();

        Assert.Contains(_hub.StorageRequests, request => request.Header("Range") == "bytes=300000-");
        Assert.Equal(_hub.Files["tokenizer.json"], await File.ReadAllBytesAsync(Path.Combine(entry.Path, "tokenizer.json"), Cancel));
    }

    [Fact]
    public async Task A_hub_that_knows_no_ranges_sends_it_all_again()
    {
        (_hub.BreakAfter, _hub.Breaks, _hub.IgnoresRanges) = (300_000, 1, true);

        var entry = await PullAsync();

        Assert.Equal(_hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(entry.Path, "model.safetensors"), Cancel));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    public async Task A_wrong_byte_is_found_and_the_good_files_stay(string corrupted)
    {
        _hub.Corrupted = corrupted;

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync());

        Assert.Contains($"{corrupted} came with another checksum", error.Message, StringComparison.Ordinal);
        Assert.Empty(Store.List());
        _hub.Corrupted = null;
        Assert.Equal("tiny", (await PullAsync()).Name);
    }

    [Fact]
    public async Task More_bytes_than_were_announced_are_not_taken()
    {
        _hub.SendsTooMuch = true;

        Assert.Contains("more bytes of it than it announced", (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_the_hubs_own_host_and_over_no_redirect()
    {
        _hub.Token = "hf_secret";

        await PullAsync(token: "hf_secret");

        Assert.All(_hub.HubRequests, request => Assert.Equal("Bearer hf_secret", request.Header("Authorization")));
        Assert.NotEmpty(_hub.StorageRequests);
        Assert.All(_hub.StorageRequests, request => Assert.Null(request.Header("Authorization")));
    }

    [Theory]
    [InlineData(401, "Set HF_TOKEN")]
    [InlineData(403, "Set HF_TOKEN")]
    [InlineData(404, "no acme/tiny")]
    [InlineData(410, "answered 410")]
    public async Task What_the_hub_refuses_is_said_in_a_sentence(int status, string words)
    {
        _hub.Refuse = (status, int.MaxValue);

        Assert.Contains(words, (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_not_enough_is_named_but_not_shown()
    {
        _hub.Refuse = (403, int.MaxValue);

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync(token: "hf_secret"));

        Assert.Contains("the token in HF_TOKEN", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_hub_that_asks_for_patience_gets_it(int status)
    {
        _hub.Refuse = (status, 2);

        Assert.Equal("tiny", (await PullAsync()).Name);
    }

    [Theory]
    [InlineData("../../outside.json")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\b")]
    [InlineData("C:evil")]
    [InlineData("a//b")]
    [InlineData("nul\u0000byte")]
    [InlineData("")]
    public async Task A_listing_with_a_name_that_is_no_safe_path_is_refused_whole(string name)
    {
        _hub.MoreNames.Add(name);

        Assert.Contains("no safe path", (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync())).Message, StringComparison.Ordinal);
        Assert.Empty(Store.List());
    }

    [Fact]
    public async Task A_redirect_to_something_that_is_not_http_is_not_followed()
    {
        _hub.RedirectTo = "file:///etc/passwd";

        Assert.Contains("not followed", (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_in_a_circle_ends()
    {
        _hub.RedirectTo = $"{_hub.Endpoint}{HubStandIn.Id}/resolve/{HubStandIn.Commit}/model.safetensors";

        Assert.Contains("more than 5 times", (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_quantization_chooses_the_one_file()
    {
        _hub.Files.Clear();
        _hub.Files["tiny-Q8_0.gguf"] = Noise(2_000, 3);
        _hub.Files["tiny-Q4_K_M.gguf"] = Noise(2_000, 4);
        _hub.Files["tiny-Q4_K.gguf"] = Noise(2_000, 5);
        _hub.Files["mmproj-Q8_0.gguf"] = Noise(2_000, 6);

        var ambiguous = await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync());
        var unknown = await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync(quant: "Q5_0"));
        var entry = await PullAsync(quant: "q4_k");

        Assert.Contains("choose one with --quant", ambiguous.Message, StringComparison.Ordinal);
        Assert.Contains("fits none of tiny-Q4_K.gguf, tiny-Q4_K_M.gguf, tiny-Q8_0.gguf", unknown.Message, StringComparison.Ordinal);
        Assert.Equal("tiny-Q4_K.gguf", Path.GetFileName(entry.Path));
        Assert.Equal(["model.json", "tiny-Q4_K.gguf"], FilesOf(Path.GetDirectoryName(entry.Path)!));
    }

    [Fact]
    public async Task The_parts_of_a_split_file_are_one_model()
    {
        _hub.Files.Clear();
        _hub.Files["tiny-Q8_0-00002-of-00002.gguf"] = Noise(2_000, 3);
        _hub.Files["tiny-Q8_0-00001-of-00002.gguf"] = Noise(2_000, 4);

        Assert.Equal("tiny-Q8_0-00001-of-00002.gguf", Path.GetFileName((await PullAsync()).Path));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_before_anything_is_asked()
    {
        await PullAsync();
        var asked = _hub.HubRequests.Count();

        Assert.Contains("has a model 'tiny' already", (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(asked, _hub.HubRequests.Count());
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_named()
    {
        Uri gone;
        await using (var other = new HubStandIn()) gone = other.Endpoint;

        Assert.Contains("127.0.0.1 could not be reached", (await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync(hub: gone))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://hub.example")]
    [InlineData("nonsense")]
    [InlineData("https://user:secret@hub.example")]
    public void An_endpoint_that_is_none_is_refused(string endpoint) =>
        Assert.Contains("HF_ENDPOINT", Assert.Throws<ModelStoreException>(() => HubOptions.FromEnvironment(name => name == "HF_ENDPOINT" ? endpoint : null)).Message, StringComparison.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ModelStore Store => new(_folder.File("models"));

    private async Task<ModelEntry> PullAsync(string? quant = null, string? token = null, CancellationToken? cancel = null, Uri? hub = null)
    {
        using var client = new HubClient(new HubOptions(hub ?? _hub.Endpoint, token), TimeProvider.System);
        return await new ModelPull(client, Store, TimeProvider.System).RunAsync(new PullRequest(HubStandIn.Id, "main", quant, null), _output, isTerminal: false, cancel ?? Cancel);
    }

    private static IEnumerable<string?> FilesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
