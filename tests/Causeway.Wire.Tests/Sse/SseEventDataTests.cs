using System.Net.ServerSentEvents;
using System.Text;
using Causeway.Wire.Sse;
using CsCheck;

namespace Causeway.Wire.Tests.Sse;

public sealed class SseEventDataTests
{
    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\r\n\r\n", "a")]
    [InlineData("data:  a \r\r", " a ")]
    [InlineData("data: a\ndata:b\n\n", "a\nb")]
    [InlineData("data: a\ndata\ndata: \n\n", "a\n\n")]
    [InlineData("id: 1\ndata: a\n: c\n\n", "a")]
    [InlineData("\ndata: a\n\n", "a")]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData("data\n\n", "")]
    [InlineData("data: a", "a")]
    public void The_payload_is_the_data_lines(string sseEvent, string expected)
    {
        using var data = SseEventData.Read(Encoding.UTF8.GetBytes(sseEvent));
        Assert.True(data.HasData);
        Assert.Equal(expected, Encoding.UTF8.GetString(data.Data));
    }

    [Theory]
    [InlineData(": comment\n\n")]
    [InlineData("\n")]
    [InlineData("")]
    [InlineData("datax: a\n\n")]
    [InlineData(" data: a\n\n")]
    [InlineData("event: x\n\n")]
    public void Other_events_have_none(string sseEvent)
    {
        using var data = SseEventData.Read(Encoding.UTF8.GetBytes(sseEvent));
        Assert.False(data.HasData);
    }

    [Fact]
    public void The_type_is_the_last_event_field()
    {
        using var data = SseEventData.Read("event: a\nevent: error\ndata: x\n\n"u8);
        Assert.Equal("error", Encoding.UTF8.GetString(data.EventType));
    }

    [Fact]
    public void Contents_agree_with_the_frameworks_parser() => SseFramerTests.Streams.Sample(stream =>
    {
        // The framework's parser does not give out what lacks its blank line; neither does the framer.
        var events = SseFramerTests.Frame(stream, [stream.Length]);
        var complete = events.Take(events.Count - 1).SelectMany(part => part).ToArray();
        var expected = SseParser.Create(new MemoryStream(complete)).Enumerate().Select(item => item.Data).ToList();
        Assert.Equal(expected, Payloads(events.Take(events.Count - 1)));
    });

    private static List<string> Payloads(IEnumerable<byte[]> events)
    {
        var payloads = new List<string>();
        foreach (var sseEvent in events)
        {
            using var data = SseEventData.Read(sseEvent);
            if (data.HasData) payloads.Add(Encoding.UTF8.GetString(data.Data));
        }
        return payloads;
    }
}
