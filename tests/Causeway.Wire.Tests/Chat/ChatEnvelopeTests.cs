using System.Text;
using System.Text.Json;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using CsCheck;

namespace Causeway.Wire.Tests.Chat;

public sealed class ChatEnvelopeTests
{
    [Fact]
    public void What_the_gateway_needs_is_found()
    {
        var body = """{"messages":[{"role":"user"}],"stream":true, "model" : "gpt-4o","user":"u","stream_options":{"x":1,"include_usage": true},"tools":[]}"""u8;
        var envelope = Read(body);
        Assert.Equal("gpt-4o", envelope.Model);
        Assert.Equal("\"gpt-4o\"", Encoding.UTF8.GetString(envelope.ModelValue.In(body)));
        Assert.True(envelope.Stream);
        Assert.True(envelope.IncludeUsage);
        Assert.Equal("true", Encoding.UTF8.GetString(envelope.IncludeUsageValue.In(body)));
        Assert.Equal("""{"x":1,"include_usage": true}""", Encoding.UTF8.GetString(envelope.StreamOptions.In(body)));
        Assert.Equal("u", envelope.User);
        Assert.Equal("""[{"role":"user"}]""", Encoding.UTF8.GetString(envelope.Messages.In(body)));
        Assert.True(envelope.HasTools);
        Assert.Equal(19, envelope.PromptBytes);
        Assert.Equal(body.Length, envelope.Root.Length);
    }

    [Fact]
    public void Absent_members_have_empty_ranges()
    {
        var envelope = Read("""{"model":"m"}"""u8);
        Assert.False(envelope.Stream || envelope.IncludeUsage || envelope.HasTools);
        Assert.True(envelope.StreamOptions.IsEmpty && envelope.IncludeUsageValue.IsEmpty && envelope.Messages.IsEmpty);
        Assert.Null(envelope.User);
    }

    [Theory]
    [InlineData("""{"model":"m","stream":null,"stream_options":null}""")]
    [InlineData("""{"model":"m","stream":false,"stream_options":{"include_usage":null}}""")]
    public void Null_is_as_good_as_absent(string body)
    {
        var envelope = Read(Encoding.UTF8.GetBytes(body));
        Assert.False(envelope.Stream || envelope.IncludeUsage);
        Assert.False(envelope.StreamOptions.IsEmpty);
    }

    [Fact]
    public void Escaped_names_and_values_mean_the_same()
    {
        var envelope = Read("""{"mod\u0065l":"gpt-\u0034o\ud83d\ude00","str\u0065am":true,"\ud800":1}"""u8);
        Assert.Equal("gpt-4o😀", envelope.Model);
        Assert.True(envelope.Stream);
    }

    [Theory]
    [InlineData("", "invalid_json", null)]
    [InlineData("  ", "invalid_json", null)]
    [InlineData("null", "invalid_json", null)]
    [InlineData("[]", "invalid_json", null)]
    [InlineData("\"model\"", "invalid_json", null)]
    [InlineData("{", "invalid_json", null)]
    [InlineData("""{"model":"m"} x""", "invalid_json", null)]
    [InlineData("""{"model":"m"}{}""", "invalid_json", null)]
    [InlineData("""{"model":"m",}""", "invalid_json", null)]
    [InlineData("""{"model":"m"/**/}""", "invalid_json", null)]
    [InlineData("{'model':'m'}", "invalid_json", null)]
    [InlineData("""{"model":"m","n":NaN}""", "invalid_json", null)]
    [InlineData("""{"model":"m","n":01}""", "invalid_json", null)]
    [InlineData("{\"model\":\"a\nb\"}", "invalid_json", null)]
    [InlineData("\uFEFF{\"model\":\"m\"}", "invalid_json", null)]
    [InlineData("{}", "missing_required_parameter", "model")]
    [InlineData("""{"Model":"m"}""", "missing_required_parameter", "model")]
    [InlineData("""{"model":null}""", "invalid_type", "model")]
    [InlineData("""{"model":17}""", "invalid_type", "model")]
    [InlineData("""{"model":["m"]}""", "invalid_type", "model")]
    [InlineData("""{"model":""}""", "invalid_type", "model")]
    [InlineData("""{"model":"\ud800"}""", "invalid_type", "model")]
    [InlineData("""{"model":"m","stream":"true"}""", "invalid_type", "stream")]
    [InlineData("""{"model":"m","stream":1}""", "invalid_type", "stream")]
    [InlineData("""{"model":"m","stream_options":true}""", "invalid_type", "stream_options")]
    [InlineData("""{"model":"m","stream_options":{"include_usage":"yes"}}""", "invalid_type", "stream_options.include_usage")]
    [InlineData("""{"model":"m","model":"n"}""", "duplicate_member", "model")]
    [InlineData("""{"model":"m","Model":"n"}""", "duplicate_member", "Model")]
    [InlineData("""{"model":"m","mod\u0065l":"n"}""", "duplicate_member", "model")]
    [InlineData("""{"model":"m","MOD\u0045L":"n"}""", "duplicate_member", "MODEL")]
    [InlineData("""{"stream":true,"model":"m","ſtream":1}""", "duplicate_member", "ſtream")]
    [InlineData("""{"x":1,"model":"m","X":1}""", "duplicate_member", "X")]
    [InlineData("""{"model":"m","messages":[{},{"role":1,"content":2,"role":3}]}""", "duplicate_member", "messages[1].role")]
    [InlineData("""{"model":"m","a":{"b":[[1,{"c":{"d":1,"\u0064":2}}]]}}""", "duplicate_member", "a.b[0][1].c.d")]
    [InlineData("""{"model":"m","stream_options":{"include_usage":true,"include_usage":true}}""", "duplicate_member", "stream_options.include_usage")]
    [InlineData("""{"model":"m","user":{"a":1,"a":2}}""", "duplicate_member", "user.a")]
    [InlineData("""{"model":"m","a":{"\ud800":1,"\uD800":2}}""", "duplicate_member", "a.\uFFFD\uFFFD\uFFFD")]
    public void What_cannot_be_used_is_refused(string body, string code, string? param)
    {
        Assert.False(ChatEnvelope.TryRead(Encoding.UTF8.GetBytes(body), out _, out var error));
        Assert.Equal((code, param, 400), (error.Code, error.Param, error.Status));
    }

    [Theory]
    [InlineData("""{"model":"m","a":{"x":1,"X":2}}""")]
    [InlineData("""{"model":"m","a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]}""")]
    [InlineData("""{"model":"m","É":1,"é":2}""")]
    [InlineData("""{"model":"m","a":{"\ud800":1,"\ud801":2}}""")]
    [InlineData("""{"model":"m","user":["not text"]}""")]
    public void Names_that_differ_are_not_duplicates(string body) => Read(Encoding.UTF8.GetBytes(body));

    [Fact]
    public void The_messages_are_openais()
    {
        Assert.Equal("you must provide a model parameter", Refusal("{}"u8).Message);
        Assert.Equal("Invalid type for 'stream': expected a boolean, but got a string instead.", Refusal("""{"model":"m","stream":""}"""u8).Message);
        Assert.Equal("We could not parse the JSON body of your request: the fault is at line 2, byte 3 of the line.", Refusal("{\n  x}"u8).Message);
        Assert.Equal("We could not parse the JSON body of your request: byte 3 is not valid UTF-8.", Refusal("{\"\u007f\xff"u8[..3].ToArray().Append((byte)0xFF).ToArray()).Message);
    }

    [Fact]
    public void A_model_name_has_a_longest_length()
    {
        Assert.Equal(ChatEnvelope.MaxModelLength, Read(Encoding.UTF8.GetBytes($$"""{"model":"{{new string('m', ChatEnvelope.MaxModelLength)}}"}""")).Model.Length);
        foreach (var name in new[] { new string('m', ChatEnvelope.MaxModelLength + 1), new string('ä', 1 << 20), string.Concat(Enumerable.Repeat("\\u0041", 300)) })
            Assert.Equal("string_above_max_length", Refusal(Encoding.UTF8.GetBytes($$"""{"model":"{{name}}"}""")).Code);
    }

    [Fact]
    public void Only_the_beginning_of_a_long_user_is_kept()
    {
        var envelope = Read(Encoding.UTF8.GetBytes($$"""{"model":"m","user":"{{new string('u', 511)}}😀😀"}"""));
        Assert.Equal(new string('u', 511), envelope.User);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Fixtures_are_accepted(string name) => Assert.Equal("gpt-4o", Read(Golden.Fixture("requests/" + name)).Model[..6]);

    public static TheoryData<string> Requests => Golden.Names("requests", ".json");

    [Fact]
    public void Acceptance_agrees_with_the_frameworks_strict_parser() => RandomJson.Objects.Sample(text =>
    {
        var body = Encoding.UTF8.GetBytes(text);
        Assert.Equal(IsStrict(body), ChatEnvelope.TryRead(body, out _, out var error));
        Assert.True(error is null || error.Code == "duplicate_member");
    }, iter: 2000);

    [Fact]
    public void Nothing_makes_it_throw() => Gen.OneOf(
        Gen.Byte.Array[0, 60],
        Gen.OneOf("{", "}", "[", "]", "\"", "\\", "\\u", "d800", ":", ",", "\"model\"", "\"stream_options\"", "1", "e", " ", "null").Array[0, 20]
            .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))))
        .Sample(body => { ChatEnvelope.TryRead(body, out _, out _); }, iter: 3000);

    private static bool IsStrict(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 128 });
            var names = document.RootElement.EnumerateObject().Select(member => member.Name).ToList();
            return names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Count;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ChatEnvelope Read(ReadOnlySpan<byte> body)
    {
        var isRead = ChatEnvelope.TryRead(body, out var envelope, out var error);
        Assert.True(isRead, error?.Message);
        return envelope;
    }

    private static WireError Refusal(ReadOnlySpan<byte> body)
    {
        Assert.False(ChatEnvelope.TryRead(body, out _, out var error));
        return error;
    }
}
