using System.Buffers;
using Causeway.Wire.Chat;

namespace Causeway.Wire.Tests.Chat;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("stream.json")]
    [InlineData("odd-numbers.json")]
    [InlineData("agent-39kB.json")]
    public void Reading_a_request_allocates_its_strings_and_nothing_else(string name)
    {
        var body = Golden.Fixture("requests/" + name);
        ChatEnvelope.TryRead(body, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ChatEnvelope.TryRead(body, out var envelope, out _));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(SizeOf(envelope.Model) + SizeOf(envelope.User), allocated);
    }

    [Fact]
    public void Splicing_allocates_nothing()
    {
        var body = Golden.Fixture("requests/stream.json");
        Assert.True(ChatEnvelope.TryRead(body, out var envelope, out _));
        var output = new ArrayBufferWriter<byte>(8192);
        ChatSplice.TryWrite(body, envelope, "vendor/model-2", true, output);
        output.ResetWrittenCount();
        var before = GC.GetAllocatedBytesForCurrentThread();
        ChatSplice.TryWrite(body, envelope, "vendor/model-2", true, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Object header, method table, length, the units and a terminating zero, rounded up to 8 bytes.
    private static long SizeOf(string? text) => text is null ? 0 : (22 + text.Length * 2 + 7) / 8 * 8;
}
