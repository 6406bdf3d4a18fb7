using System.Text;
using Causeway.Wire.Dialects;

namespace Causeway.Wire.Tests.Dialects;

/// <summary>Ways to cut a text, and the claim that none of them matters.</summary>
internal static class Chunkings
{
    private static readonly int[] s_sizes = [1, 2, 3, 5, 8, 13];

    /// <summary>Reads the text whole and byte by byte, which is where most differences show.</summary>
    public static Transcript AssertSameByBytes(Func<DialectParser> parser, string text, DialectEnd end)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = Transcript.Of(parser(), bytes, end, _ => int.MaxValue);
        AssertEqual(text, whole, Transcript.Of(parser(), bytes, end, _ => 1), "bytes");
        return whole;
    }

    /// <summary>Reads the text whole and in every way; returns the whole's transcript and how many ways there were.</summary>
    public static (Transcript Whole, int Ways) AssertSame(Func<DialectParser> parser, string text, DialectEnd end, bool everyPair = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = Transcript.Of(parser(), bytes, end, _ => int.MaxValue);
        var ways = 1;
        foreach (var size in s_sizes) Check(_ => size, $"pieces of {size}");
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var first = cut;
            Check(at => at < first ? first - at : int.MaxValue, $"a cut at {first}");
            for (var next = cut + 1; everyPair && next < bytes.Length; next++)
            {
                var second = next;
                Check(at => at < first ? first - at : at < second ? second - at : int.MaxValue, $"cuts at {first} and {second}");
            }
        }
        foreach (var seed in (int[])[0, 7, 13])
        {
            var random = new Random(seed);
            Check(_ => random.Next(1, 12), $"pieces of random sizes, seed {seed}");
        }
        return (whole, ways);

        void Check(Func<int, int> chunkAt, string how)
        {
            ways++;
            AssertEqual(text, whole, Transcript.Of(parser(), bytes, end, chunkAt), how);
        }
    }

    private static void AssertEqual(string text, Transcript whole, Transcript streamed, string how)
    {
        if (!streamed.Equals(whole))
            Assert.Fail($"{how} make a difference.\nText: {text}\nWhole ({whole.Repairs}):\n{whole.Log}\nStreamed ({streamed.Repairs}):\n{streamed.Log}");
    }
}
