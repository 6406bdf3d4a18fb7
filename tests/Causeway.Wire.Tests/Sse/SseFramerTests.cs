using System.Text;
using Causeway.Wire.Sse;
using CsCheck;

namespace Causeway.Wire.Tests.Sse;

public sealed class SseFramerTests
{
    private static readonly Gen<string> s_line = Gen.OneOf(
        "data: {\"a\":1}", "data:", "data", "data: ä日本😀", ": comment", ":", "event: ping", "id: 7", "retry: 10", "unknown", "\uFEFFx", "", "", "");

    /// <summary>Streams with every kind of line end, mixed, with and without a byte order mark and an end.</summary>
    internal static readonly Gen<byte[]> Streams = Gen.Select(s_line, Gen.OneOf("\n", "\r\n", "\r"))
        .Array[0, 24]
        .Select(Gen.Bool, Gen.Bool, (lines, mark, cut) =>
        {
            var text = (mark ? "\uFEFF" : "") + string.Concat(lines.Select(line => line.Item1 + line.Item2)) + (cut ? "data: rest" : "");
            return Encoding.UTF8.GetBytes(text);
        });

    private static readonly Gen<byte[]> s_soup = Gen.OneOf((byte)'\n', (byte)'\r', (byte)'x', (byte)0xEF, (byte)0xBB, (byte)0xBF).Array[0, 40];

    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", "data: a\n\n|data: b\n\n|")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\n\r\n|data: b\r\n\r\n|")]
    [InlineData("data: a\r\rdata: b\r\r", "data: a\r\r|data: b\r\r|")]
    [InlineData(": c\n\n\n\ndata: b\n", ": c\n\n|\n|\n|data: b\n")]
    [InlineData("data: a\ndata: b\r\n\ndata: c", "data: a\ndata: b\r\n\n|data: c")]
    [InlineData("data: a\r\n\rdata: b\r\n\r", "data: a\r\n\r|data: b\r\n\r")]
    [InlineData("data: a\r\r\ndata: b\r\r\n", "data: a\r\r|\ndata: b\r\r|\n")]
    [InlineData("\uFEFF\ndata: a\n\n", "\uFEFF\n|data: a\n\n|")]
    [InlineData("\uFEFFdata: a\n\n\uFEFF\n\n", "\uFEFFdata: a\n\n|\uFEFF\n\n|")]
    public void Events_end_with_their_blank_line(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        Assert.Equal(expected, string.Join('|', Frame(bytes, [bytes.Length]).Select(Encoding.UTF8.GetString)));
    }

    [Fact]
    public void A_stream_cut_at_every_byte_has_the_same_events() => Gen.OneOf(Streams, s_soup).Sample(stream =>
    {
        var whole = Frame(stream, [stream.Length]);
        for (var cut = 0; cut <= stream.Length; cut++) Assert.Equal(whole, Frame(stream, [cut, stream.Length]));
        Assert.Equal(whole, Frame(stream, Enumerable.Range(1, stream.Length).ToArray()));
    });

    [Fact]
    public void A_stream_fed_in_any_chunks_has_the_same_events() =>
        Gen.Select(Streams, Gen.Int[1, 9].Array[1, 200]).Sample((stream, sizes) =>
        {
            var ends = new List<int>();
            for (var (at, i) = (0, 0); at < stream.Length; i++) ends.Add(at = Math.Min(stream.Length, at + sizes[i % sizes.Length]));
            Assert.Equal(Frame(stream, [stream.Length]), Frame(stream, ends));
        });

    [Fact]
    public void All_events_together_are_the_stream() => Gen.OneOf(Streams, s_soup).Sample(stream =>
        Assert.Equal(stream, Frame(stream, [stream.Length]).SelectMany(part => part).ToArray()));

    [Fact]
    public void Events_agree_with_a_naive_reading_of_the_rule() => Gen.OneOf(Streams, s_soup).Sample(stream =>
        Assert.Equal(NaiveSse.Split(stream), Frame(stream, [stream.Length])));

    [Theory]
    [InlineData("data: a\n\n")]
    [InlineData("data: a\r\n\r\n")]
    [InlineData("data: a\r\r")]
    [InlineData("\r\r")]
    public void An_event_is_complete_with_its_last_byte_and_not_before(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var framer = new SseFramer();
        // The first blank line of the last case is complete once the second byte shows that its CR stands alone.
        for (var length = 0; length < bytes.Length; length++) Assert.Equal(-1, framer.FindEventEnd(bytes.AsSpan(0, length)));
        Assert.Equal(text == "\r\r" ? 1 : bytes.Length, framer.FindEventEnd(bytes));
    }

    [Fact]
    public void A_rest_without_a_blank_line_is_no_event()
    {
        var framer = new SseFramer();
        Assert.True(framer.IsBetweenEvents);
        Assert.Equal(-1, framer.FindEventEnd("data: a\n"u8));
        Assert.False(framer.IsBetweenEvents);
        Assert.Equal(9, framer.FindEventEnd("data: a\n\n"u8));
        Assert.True(framer.IsBetweenEvents);
    }

    [Fact]
    public void Framing_allocates_nothing()
    {
        var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: {\"choices\":[]}\n\n: x\r\n\r\ndata: y\r\r", 50)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var framer = new SseFramer();
        ReadOnlySpan<byte> rest = stream;
        for (int end; (end = framer.FindEventEnd(rest)) >= 0; rest = rest[end..])
            using (SseEventData.Read(rest[..end])) { }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(rest.IsEmpty);
    }

    /// <summary>The events of a stream that arrives up to each of the given ends in turn, and at last what is left.</summary>
    internal static List<byte[]> Frame(byte[] stream, IReadOnlyList<int> arrivals)
    {
        var parts = new List<byte[]>();
        var framer = new SseFramer();
        var from = 0;
        foreach (var to in arrivals)
            for (int end; (end = framer.FindEventEnd(stream.AsSpan(from, to - from))) >= 0; from += end)
                parts.Add(stream[from..(from + end)]);
        parts.Add(stream[from..]);
        return parts;
    }
}
