using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Chat;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class ChatSpliceTests
{
    private static ReadOnlySpan<byte> UsageOption => ",\"stream_options\":{\"include_usage\":true}"u8;

    [Theory]
    [MemberData(nameof(Requests))]
    public void Fixtures_leave_as_their_goldens(string name)
    {
        var body = Golden.Fixture("requests/" + name);
        Golden.Verify(Path.Combine(Golden.Fixtures, "requests", name + ".spliced"), Splice(body, "vendor/model-2", true) ?? body);
    }

    public static TheoryData<string> Requests => Golden.Names("requests", ".json");

    [Theory]
    [InlineData("""{"model":"a","stream":true}""", """{"model":"b","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream_options":null}""", """{"model":"b","stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{},"model":"a"}""", """{"stream_options":{"include_usage":true},"model":"b"}""")]
    [InlineData("""{"stream_options":{ "x":1 },"model":"a"} """, """{"stream_options":{"include_usage":true, "x":1 },"model":"b"} """)]
    [InlineData("""{"model":"a","stream_options":{"include_usage": false}}""", """{"model":"b","stream_options":{"include_usage": true}}""")]
    [InlineData("""{"model":"a","stream_options":{"include_usage":null}}""", """{"model":"b","stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream_options":{"include_usage":true}}""", """{"model":"b","stream_options":{"include_usage":true}}""")]
    public void Usage_is_asked_for_where_the_request_has_room_for_it(string body, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Splice(Encoding.UTF8.GetBytes(body), "b", true) ?? []));

    [Fact]
    public void Nothing_is_written_when_nothing_changes()
    {
        var body = """{"model":"a","stream_options":{"include_usage":true}}"""u8.ToArray();
        Assert.Null(Splice(body, null, false));
        Assert.Null(Splice(body, "a", true));
        Assert.Null(Splice("""{"model":"a"}"""u8.ToArray(), null, false));
    }

    [Fact]
    public void Everything_outside_the_two_places_keeps_its_bytes() =>
        Gen.Select(RandomJson.Objects, Gen.String, Gen.Bool).Sample((text, model, includeUsage) =>
        {
            var body = Encoding.UTF8.GetBytes(text);
            if (!ChatEnvelope.TryRead(body, out var envelope, out _)) return;
            var spliced = Splice(body, model, includeUsage) ?? body;
            var end = envelope.Root.End - 1;
            byte[] before = body[..envelope.ModelValue.Start];
            byte[] after = [.. body[envelope.ModelValue.End..end], .. includeUsage ? UsageOption : [], .. body[end..]];
            Assert.True(spliced.AsSpan().StartsWith(before) && spliced.AsSpan().EndsWith(after));
            var value = JsonElement.Parse(spliced.AsSpan()[before.Length..^after.Length]);
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(model)), value.GetString());
        });

    [Fact]
    public void What_is_spliced_means_the_same_but_for_the_change() =>
        Gen.Select(RandomJson.Objects, Gen.OneOf("", ",\"stream_options\":null", ",\"stream_options\":{\"include_usage\":false}", ",\"stream_options\":{\"y\":{\"z\":[]}}"))
            .Sample((text, options) =>
            {
                var body = Encoding.UTF8.GetBytes(text.Insert(text.LastIndexOf('}'), options));
                if (!ChatEnvelope.TryRead(body, out _, out _)) return;
                Assert.True(ChatEnvelope.TryRead(Splice(body, "other", true), out var spliced, out _));
                Assert.True(spliced.IncludeUsage);
                using var was = JsonDocument.Parse(body);
                using var now = JsonDocument.Parse(Splice(body, "other", true));
                var changed = new[] { "model", "stream_options" };
                Assert.True(JsonElement.DeepEquals(Without(was, changed), Without(now, changed)));
                if (options.Contains('y', StringComparison.Ordinal))
                    Assert.True(now.RootElement.GetProperty("stream_options").TryGetProperty("y", out _));
            });

    private static JsonElement Without(JsonDocument document, string[] names)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject().Where(member => !names.Contains(member.Name))) member.WriteTo(json);
            json.WriteEndObject();
        }
        return JsonElement.Parse(output.WrittenSpan);
    }

    private static byte[]? Splice(byte[] body, string? model, bool includeUsage)
    {
        Assert.True(ChatEnvelope.TryRead(body, out var envelope, out _));
        var output = new ArrayBufferWriter<byte>();
        var isWritten = ChatSplice.TryWrite(body, envelope, model, includeUsage, output);
        Assert.Equal(isWritten, ChatSplice.IsNeeded(envelope, model, includeUsage));
        Assert.True(isWritten || output.WrittenCount == 0);
        return isWritten ? output.WrittenSpan.ToArray() : null;
    }
}
