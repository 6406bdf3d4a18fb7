using System.Net;
using System.Text;
using Causeway.Testing;

namespace Causeway.Tests.Tuning;

public sealed class FileEndpointTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private TuningGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TuningGateway.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_kept_listed_read_back_and_deleted()
    {
        var text = TuningGateway.Lines(12);

        var id = await _gateway.UploadAsync(text, "../odd\u0001 name.jsonl");
        using var one = await _gateway.GetAsync($"/v1/files/{id}");
        using var list = await _gateway.GetAsync("/v1/files?purpose=fine-tune");
        var content = await _gateway.Http.GetStringAsync($"/v1/files/{id}/content");
        using var deleted = await _gateway.Http.DeleteAsync($"/v1/files/{id}");
        using var gone = await _gateway.GetAsync($"/v1/files/{id}");

        Shape.Holds("file", one.RootElement);
        Shape.Holds("files", list.RootElement);
        Assert.Equal("odd name.jsonl", one.RootElement.GetProperty("filename").GetString());
        Assert.Equal(Encoding.UTF8.GetByteCount(text), one.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(text, content);
        Assert.Equal("""{"id":"ID","object":"file","deleted":true}""".Replace("ID", id, StringComparison.Ordinal), await deleted.Content.ReadAsStringAsync());
        Assert.Equal("file_not_found", Code(gone));
        Assert.Empty(Directory.EnumerateDirectories(_folder.File("tuning/files")));
    }

    [Fact]
    public async Task Lists_are_paged_the_newest_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await _gateway.UploadAsync(TuningGateway.Lines(10)));

        using var first = await _gateway.GetAsync("/v1/files?limit=2");
        using var second = await _gateway.GetAsync($"/v1/files?limit=2&after={ids[1]}");
        using var wrong = await _gateway.GetAsync("/v1/files?limit=0");

        Assert.Equal([ids[2], ids[1]], Ids(first));
        Assert.True(first.RootElement.GetProperty("has_more").GetBoolean());
        Assert.Equal([ids[0]], Ids(second));
        Assert.False(second.RootElement.GetProperty("has_more").GetBoolean());
        Assert.Equal("invalid_value", Code(wrong));
    }

    [Theory]
    [InlineData("fine-tune", "id,text\n1,hello\n", "invalid_file")]
    [InlineData("fine-tune", "", "invalid_file")]
    [InlineData("assistants", "{}", "invalid_value")]
    public async Task What_is_no_file_to_learn_from_is_refused_and_leaves_nothing(string purpose, string content, string code)
    {
        using var form = TuningGateway.Form(content, purpose: purpose);
        using var answer = await _gateway.Http.PostAsync("/v1/files", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{code}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_folder.File("tuning/files")));
    }

    [Theory]
    [InlineData("multipart/form-data", "--x\r\n\r\n")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{}")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n\r\n{}\r\n--x--\r\n")]
    [InlineData("application/json", "{}")]
    public async Task A_form_that_is_broken_or_cut_off_is_refused(string type, string body)
    {
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _gateway.Http.PostAsync("/v1/files", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"invalid_file\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var kept = _folder.File("tuning/files");
        Assert.Empty(Directory.Exists(kept) ? Directory.EnumerateDirectories(kept) : []);
    }

    [Fact]
    public async Task A_field_that_is_not_known_is_refused_and_not_ignored()
    {
        using var form = TuningGateway.Form(TuningGateway.Lines(10));
        form.Add(new StringContent("created_at"), "expires_after[anchor]");
        using var answer = await _gateway.Http.PostAsync("/v1/files", form);

        Assert.Contains("\"unsupported_parameter\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_have_is_told_which_it_has()
    {
        using var answer = await _gateway.Http.PutAsync("/v1/files", null);
        using var nowhere = await _gateway.Http.GetAsync("/v1/fine_tuning/elsewhere");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "POST"], answer.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    private static string? Code(System.Text.Json.JsonDocument answer) => answer.RootElement.GetProperty("error").GetProperty("code").GetString();

    private static IEnumerable<string?> Ids(System.Text.Json.JsonDocument list) => list.RootElement.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString());
}
