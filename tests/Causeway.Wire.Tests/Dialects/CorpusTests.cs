using System.Text.Json;
using Causeway.Wire.Dialects;

namespace Causeway.Wire.Tests.Dialects;

public sealed class CorpusTests
{
    /// <summary>Texts up to this length are cut in every pair of places, longer ones in every place.</summary>
    private const int Short = 60;

    public static TheoryData<DialectFamily> Families => [.. Enum.GetValues<DialectFamily>()];

    [Theory]
    [MemberData(nameof(Families))]
    public void What_was_encoded_is_read_whatever_its_fault_and_however_it_is_cut(DialectFamily family)
    {
        var readings = 0;
        foreach (var one in Corpus.Of(family))
        {
            var isShort = one.Text.Length <= Short;
            var (read, ways) = Chunkings.AssertSame(() => DialectParser.Create(family, Tools.Table, one.Options), one.Text, DialectEnd.Stopped, isShort);
            readings += ways;
            AssertRead(one, read);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{family}: {readings} readings, no difference");
        Assert.True(readings > 1_000, $"only {readings} readings");
    }

    private static void AssertRead(CorpusCase one, Transcript read)
    {
        var what = $"{one.Family}: {one.Name}\n{one.Text}\n{read.Repairs}\n{read.Log}";
        Assert.True(one.Expected.Content == read.Content, what);
        Assert.True((one.Expected.Reasoning ?? "") == read.Reasoning, what);
        Assert.True(one.Expected.Calls.Count == read.Calls.Count, what);
        foreach (var (expected, call) in one.Expected.Calls.Zip(read.Calls))
        {
            Assert.True(expected.Name == call.Name && call.IsComplete, what);
            Assert.True(SameJson(expected.Arguments, call.Arguments), what);
        }
        if (one.IsExact) Assert.True(read.Repairs == DialectRepairs.None, what);
    }

    private static bool SameJson(string expected, string actual)
    {
        using var one = JsonDocument.Parse(expected);
        using var other = JsonDocument.Parse(actual);
        return JsonElement.DeepEquals(one.RootElement, other.RootElement) && Numbers(expected) == Numbers(actual);
    }

    // DeepEquals takes 9007199254740993 and 9007199254740992.0 for different already; digits are to survive to the letter.
    private static string Numbers(string json)
    {
        using var document = JsonDocument.Parse(json);
        return string.Join(' ', document.RootElement.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number).Select(member => member.Value.GetRawText()));
    }
}
