using System.Text;
using Causeway.Spec.Profiles;
using CsCheck;

namespace Causeway.Spec.Tests.Profiles;

public sealed class ProfileTests
{
    private const string Smallest = """{"profile":1,"name":"x","source":"s","measured":null,"features":{}}""";

    public static TheoryData<string> BuiltIn => [.. BuiltInProfiles.Names];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void A_built_in_profile_is_stored_as_it_would_be_written(string name)
    {
        var file = File.ReadAllText(Repository.PathOf($"catalog/profiles/{name}.json"));
        Assert.Equal(Encoding.UTF8.GetString(BuiltInProfiles.Find(name)!.Write()), file);
    }

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void A_built_in_profile_claims_no_measurement_and_says_when_its_source_was_read(string name)
    {
        var profile = BuiltInProfiles.Find(name)!;
        Assert.Null(profile.Measured);
        Assert.Matches(@"\(read \d{4}-\d\d-\d\d; nothing was measured", profile.Source);
    }

    [Fact]
    public void Every_feature_has_a_spelling_of_its_own()
    {
        Assert.Equal(Enum.GetValues<Feature>(), Features.All);
        Assert.All(Features.All, feature => Assert.True(Features.TryParse(Features.IdOf(feature), out var read) && read == feature));
        Assert.All(Enum.GetValues<Feature>(), feature => Assert.Equal(feature.ToString(), Features.IdOf(feature).Replace(".", "").Replace("_", ""), ignoreCase: true));
    }

    [Fact]
    public void What_is_written_is_read_back_the_same() => AnyProfile.Sample(profile =>
    {
        var file = profile.Write();
        var again = Read(file);
        Assert.Equal(profile, again);
        Assert.Equal(Encoding.UTF8.GetString(file), Encoding.UTF8.GetString(again.Write()));
    });

    [Fact]
    public void Source_date_and_evidence_change_no_meaning()
    {
        var plain = Read("""{"profile":1,"name":"x","source":"a","measured":null,"features":{"seed":"absent"}}""");
        var dated = Read("""{"profile":1,"name":"x","source":"b","measured":"2026-08-31","features":{"seed":{"support":"absent","evidence":"e"},"n":"unknown"}}""");
        Assert.Equal(plain, dated);
        Assert.NotEqual(plain, Read("""{"profile":1,"name":"x","source":"a","measured":null,"features":{"seed":"native"}}"""));
    }

    [Theory]
    [InlineData("""[]""", "must be an object")]
    [InlineData("""{"profile":2,"name":"x","source":"s","features":{}}""", "'profile' must be 1")]
    [InlineData("""{"profile":1,"source":"s","features":{}}""", "'name' is missing")]
    [InlineData("""{"profile":1,"name":"A b","source":"s","features":{}}""", "'name' must be")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{"sed":"absent"}}""", "unknown member 'sed'")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{"seed":"no"}}""", "native, absent or unknown")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{"seed":"absent","seed":"native"}}""", "given twice")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{},"measured":"31.8.2026"}""", "a date like")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{},"dialects":["latin"]}""", "'dialects' lists")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{},"maxTokens":{"default":9,"cap":8}}""", "larger than")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{},"maxTokens":{"cap":0}}""", "whole number")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{},"toolNames":{"characters":"a-z","maxLength":64}}""", "must allow")]
    [InlineData("""{"profile":1,"name":"x","source":"s","features":{},"reasoning":{"tags":1}}""", "true or false")]
    [InlineData("""{"profile":1,"name":"x","source":"\ud800","features":{}}""", "Unicode")]
    [InlineData("""{"profile":1""", "not valid JSON")]
    public void A_mistake_is_named(string json, string said)
    {
        Assert.False(CapabilityProfile.TryRead(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.Select(Gen.Int[0, Smallest.Length - 1], Gen.Byte).Sample((at, value) =>
    {
        var bytes = Encoding.UTF8.GetBytes(Smallest);
        bytes[at] = value;
        Assert.True(CapabilityProfile.TryRead(bytes, out var profile, out var error) == error is null && (profile is null) != (error is null));
    });

    [Fact]
    public void A_tool_name_rule_reads_ranges_and_a_last_hyphen()
    {
        Assert.All("azAZ09_-", character => Assert.True(ToolNameRule.OpenAi.Allows(character)));
        Assert.All(".:/ é[", character => Assert.False(ToolNameRule.OpenAi.Allows(character)));
    }

    private static Gen<CapabilityProfile> AnyProfile =>
        from facts in Gen.Dictionary(Gen.Int[0, Features.Ids.Length - 1].Select(index => (Feature)index), Gen.Select(Gen.Enum<Support>(), Gen.String[0, 20].Where(IsText).Null(), (support, evidence) => new FeatureFact(support, evidence)))[0, 12]
        from extras in Word("min_p", "top_k", "x").Array[0, 3]
        from names in Gen.Bool
        from limit in Gen.Int[0, 9].Select(limit => limit == 0 ? (int?)null : limit)
        from member in Word("reasoning", "reasoning_content").Null()
        from tags in Gen.Bool
        from dialects in Word("dsml", "hermes").Array[0, 1]
        select new CapabilityProfile
        {
            Name = "x", Source = "é\n", Measured = names ? new DateOnly(2026, 8, 31) : null, Facts = facts, ExtraFields = [.. extras.Order(StringComparer.Ordinal).Distinct()],
            ToolNames = names ? ToolNameRule.OpenAi : null, MaxTokens = new MaxTokensRule(limit, limit + 1), Reasoning = new ReasoningFact(member, tags, tags && names), Dialects = [.. dialects],
        };

    private static Gen<string> Word(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static bool IsText(string text) => !text.Any(char.IsSurrogate);

    private static CapabilityProfile Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private static CapabilityProfile Read(byte[] json) => CapabilityProfile.TryRead(json, out var profile, out var error) ? profile : throw new Xunit.Sdk.XunitException(error);
}
