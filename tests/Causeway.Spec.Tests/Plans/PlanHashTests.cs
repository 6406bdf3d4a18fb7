using CsCheck;

namespace Causeway.Spec.Tests.Plans;

public sealed class PlanHashTests
{
    private const string Full = "tests/Causeway.Spec.Tests/Fixtures/full";

    [Fact]
    public void The_canonical_form_and_its_hashes_never_change_by_accident()
    {
        var plan = Specs.Plan(Repository.Read($"{Full}.yaml"));

        Repository.AssertMatches($"{Full}.golden.json", $"{plan.Canonical}\n{plan.Hash}\n{plan.Prices.Canonical}\n{plan.Prices.Hash}\n");
    }

    [Fact]
    public void The_same_meaning_in_other_words_has_the_same_hash()
    {
        var hash = Specs.Plan(SpecVariant.Plain.Write()).Hash;

        SpecVariant.Gen.Sample(variant => Specs.Plan(variant.Write()).Hash == hash, iter: 500, print: variant => variant.Write());
    }

    [Fact]
    public void The_same_meaning_in_other_words_is_an_equal_upstream_so_connections_survive()
    {
        var upstreams = Specs.Plan(SpecVariant.Plain.Write()).Upstreams;

        SpecVariant.Gen.Sample(variant => Specs.Plan(variant.Write()).Upstreams.SequenceEqual(upstreams), iter: 200);
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "https://api.example.com/v1", "https://api.example.com/v2" },
        { "https://api.example.com/v1", "http://api.example.com/v1" },
        { "${FIRST_KEY}", "${SECOND_KEY}" },
        { "x-team: blue", "x-team: green" },
        { "x-team: blue", "x-teams: blue" },
        { "http: auto", "http: \"2\"" },
        { "firstTokenDelay: 300ms", "firstTokenDelay: 301ms" },
        { "tokenDelay: 20ms", "tokenDelay: 21ms" },
        { "kind: cut, every: 10", "kind: hang, every: 10" },
        { "kind: cut, every: 10", "kind: cut, every: 11" },
        { "{ kind: cut, every: 10 }, { kind: hang, every: 50 }", "{ kind: hang, every: 50 }, { kind: cut, every: 10 }" },
        { "chat:", "talk:" },
        { "gpt-4o-mini, ", "" },
        { "gpt-4o-mini, ", "gpt-4o-mini-2, " },
        { "{ upstream: acme, model: big }, { upstream: play }", "{ upstream: play }, { upstream: acme, model: big }" },
        { "model: big", "model: bigger" },
        { "{ upstream: acme, model: big }, ", "{ upstream: acme }, " },
        { "name: ci", "name: cd" },
        { "hash: \"sha256:aa", "hash: \"sha256:ab" },
        { "body: 1MiB", "body: 1MB" },
        { "concurrentRequests: 10", "concurrentRequests: 11" },
        { "timeToFirstToken: 20s", "timeToFirstToken: 21s" },
        { "idle: 30s", "idle: 31s" },
        { "total: 5m", "total: 6m" },
        { "prompt: 2.5", "prompt: 2.6" },
        { "completion: 10", "completion: 11" },
        { "cached: 1.25", "cached: 1.26" },
        { "big: {", "bigger: {" },
    };

    [Theory, MemberData(nameof(Changes))]
    public void Every_change_of_meaning_changes_the_hash(string from, string to)
    {
        var before = Repository.Read($"{Full}.yaml");
        Assert.Contains(from, before, StringComparison.Ordinal);
        var after = before.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(Specs.Plan(before).Hash, Specs.Plan(after).Hash);
    }

    [Fact]
    public void A_rotated_secret_is_the_same_plan_but_another_upstream()
    {
        var text = Specs.WithUpstream("baseUrl: https://a.example/v1, apiKey: \"${A_KEY}\"");
        var old = SpecCompiler.Compile("x", text, static _ => "old-value").Plan;
        var rotated = SpecCompiler.Compile("x", text, static _ => "new-value").Plan;

        Assert.Equal(old?.Hash, rotated?.Hash);
        Assert.NotEqual(old?.Upstreams[0], rotated?.Upstreams[0]);
    }

    [Fact]
    public void The_price_table_has_a_hash_of_its_own()
    {
        var before = Specs.Plan(Specs.Smallest + "prices: { m: { prompt: 1, completion: 2 } }\n").Prices;
        var other = Specs.Plan(Specs.Smallest + "limits: { total: 1m }\nprices: { m: { completion: 2.0, prompt: 1.00, cached: 1 } }\n").Prices;
        var corrected = Specs.Plan(Specs.Smallest + "prices: { m: { prompt: 1, completion: 3 } }\n").Prices;

        Assert.Equal(before.Hash, other.Hash);
        Assert.NotEqual(before.Hash, corrected.Hash);
    }
}
