using System.Diagnostics;
using System.Text;
using Causeway.Wire.Chat;

namespace Causeway.Wire.Tests.Chat;

public sealed class HostileRequestTests
{
    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_cut_at_any_byte_is_refused(string name)
    {
        var body = Golden.Fixture("requests/" + name);
        var end = body.AsSpan().LastIndexOf((byte)'}');
        var step = body.Length > 10_000 ? 41 : 1;
        for (var length = 0; length <= end; length += step)
        {
            Assert.False(ChatEnvelope.TryRead(body.AsSpan(0, length), out _, out var error));
            Assert.Equal("invalid_json", error.Code);
        }
    }

    public static TheoryData<string> Requests => Golden.Names("requests", ".json");

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Depth_is_limited_to_128(string open, string close)
    {
        // The root object is the first level.
        Assert.True(ChatEnvelope.TryRead(Nested(127), out _, out _));
        foreach (var depth in new[] { 128, 129, 130, 10_000 })
        {
            Assert.False(ChatEnvelope.TryRead(Nested(depth), out _, out var error));
            Assert.Equal("json_too_deep", error.Code);
        }

        byte[] Nested(int depth) => Encoding.UTF8.GetBytes(
            "{\"model\":\"m\",\"x\":" + string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth)) + "}");
    }

    [Fact]
    public void A_hundred_thousand_members_take_no_more_than_linear_time()
    {
        var members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i}\":0"));
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","a":{ {{members}} },"b":{ {{members}} },{{members}}}""");
        var watch = Stopwatch.StartNew();
        Assert.True(ChatEnvelope.TryRead(body, out _, out var error), error?.Message);
        // It takes milliseconds; what is not linear would take far longer than this, and a busy machine does not.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void A_duplicate_is_found_among_any_number_of_members(int count)
    {
        var members = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"n{i}\":0"));
        var body = Encoding.UTF8.GetBytes($$"""{"model":"m","a":[{ {{members}},"\u006e{{count - 1}}":1}]}""");
        Assert.False(ChatEnvelope.TryRead(body, out _, out var error));
        Assert.Equal($"a[0].n{count - 1}", error.Param);
    }

    [Fact]
    public void Large_objects_inside_each_other_keep_their_names_apart()
    {
        var text = "1";
        for (var depth = 0; depth < 100; depth++)
            text = "{" + string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"n{i}\":{(i == 20 ? text : "0")}")) + "}";
        Assert.True(ChatEnvelope.TryRead(Encoding.UTF8.GetBytes($$"""{"model":"m","a":{{text}}}"""), out _, out var error), error?.Message);
    }

    [Fact]
    public void Names_of_a_megabyte_are_compared_and_never_repeated_in_full()
    {
        var name = new string('k', 1 << 20);
        Assert.True(ChatEnvelope.TryRead(Encoding.UTF8.GetBytes($$"""{"model":"m","{{name}}":1,"{{name}}x":{"{{name}}":1} }"""), out _, out _));
        Assert.False(ChatEnvelope.TryRead(Encoding.UTF8.GetBytes($$"""{"model":"m","a":{"{{name}}":1,"\u006b{{name[1..]}}":1} }"""), out _, out var error));
        Assert.Equal("duplicate_member", error.Code);
        Assert.True(error.Param?.Length < 100 && error.Message.Length < 200);
    }

    [Fact]
    public void A_refused_request_leaves_nothing_behind_for_the_next()
    {
        var large = string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"n{i}\":0"));
        for (var i = 0; i < 300; i++)
        {
            ChatEnvelope.TryRead(Encoding.UTF8.GetBytes($$"""{"model":"m","a":[{ {{large}},"b":{"c":[{"d":1,"""), out _, out _);
            Assert.True(ChatEnvelope.TryRead("""{"model":"m","n0":1,"a":1}"""u8, out _, out _));
        }
    }
}
