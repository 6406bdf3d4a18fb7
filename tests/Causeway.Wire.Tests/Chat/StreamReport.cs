using System.Buffers;
using System.Globalization;
using System.Text;
using Causeway.Wire.Chat;
using Causeway.Wire.Sse;

namespace Causeway.Wire.Tests.Chat;

/// <summary>What the tap sees in a stream, event by event, as text for a golden.</summary>
internal static class StreamReport
{
    private static readonly TokenUsage s_estimate = new(100, 10);

    public static string Of(ReadOnlySpan<byte> stream)
    {
        var report = new StringBuilder();
        var tap = new ChunkTap();
        var framer = new SseFramer();
        for (int end; (end = framer.FindEventEnd(stream)) >= 0; stream = stream[end..])
        {
            using var data = SseEventData.Read(stream[..end]);
            if (data.HasData) Append(report, tap, data.Data);
            else report.Append("(no data)\n");
        }
        return report.Append(CultureInfo.InvariantCulture, $"done: {tap.IsDone}, model: {tap.Model}, finish: {tap.FinishReason}, usage: {tap.Usage}, bytes: {tap.ContentBytes}, estimate: {tap.EstimatedTokens}\n").ToString();
    }

    private static void Append(StringBuilder report, ChunkTap tap, ReadOnlySpan<byte> data)
    {
        var traits = tap.Read(data);
        report.Append(CultureInfo.InvariantCulture, $"{traits}\n");
        if ((traits & ChunkTraits.NeedsRepair) == 0) return;
        var output = new ArrayBufferWriter<byte>();
        Assert.True(ChunkRepair.TryWriteChunk(data, tap, s_estimate, output));
        report.Append("  was ").Append(Encoding.UTF8.GetString(data)).Append('\n');
        report.Append("  now ").Append(Encoding.UTF8.GetString(output.WrittenSpan)).Append('\n');
    }
}
