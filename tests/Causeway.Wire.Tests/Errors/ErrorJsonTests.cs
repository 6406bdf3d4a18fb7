using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Errors;
using CsCheck;

namespace Causeway.Wire.Tests.Errors;

public sealed class ErrorJsonTests
{
    [Fact]
    public void All_four_members_are_always_there()
    {
        var error = new WireError(400, "invalid_request_error", null, "it's <b>ä</b>", null);
        Assert.Equal("""{"error":{"message":"it's <b>ä</b>","type":"invalid_request_error","param":null,"code":null}}""", Written(error));
    }

    [Fact]
    public void An_error_in_a_stream_is_one_whole_event()
    {
        var output = new ArrayBufferWriter<byte>();
        ErrorJson.WriteEvent(output, ErrorCodes.UpstreamStreamCut.Error("two\nlines"));
        Assert.Equal(
            "data: {\"error\":{\"message\":\"two\\nlines\",\"type\":\"upstream_error\",\"param\":null,\"code\":\"upstream_stream_cut\"}}\n\n",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Any_message_arrives_as_it_was() => Gen.String.Sample(message =>
    {
        using var json = JsonDocument.Parse(Written(new WireError(400, "t", "c", message, message)));
        var error = json.RootElement.GetProperty("error");
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(message));
        Assert.Equal(expected, error.GetProperty("message").GetString());
        Assert.Equal(expected, error.GetProperty("param").GetString());
    });

    private static string Written(WireError error)
    {
        var output = new ArrayBufferWriter<byte>();
        ErrorJson.Write(output, error);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
