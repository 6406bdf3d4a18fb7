using Causeway.Spec.Plans;

namespace Causeway.Spec.Tests.Plans;

public sealed class KeyTests
{
    [Fact]
    public void A_new_key_has_256_bits_and_no_twin()
    {
        var (first, second) = (KeyHash.New(), KeyHash.New());

        Assert.Matches("^cw-[A-Za-z0-9_-]{43}$", first.Key);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal(KeyHash.Of(first.Key), first.Hash);
    }

    // FIPS 180-2, appendix B.1.
    [Fact]
    public void The_hash_is_plain_sha256() =>
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", KeyHash.Of("abc"));

    [Fact]
    public void A_listed_key_is_found_and_no_other()
    {
        var made = KeyHash.New();
        var hash = "sha256:" + made.Hash["sha256:".Length..].ToUpperInvariant();
        var keys = Specs.Plan(Specs.Smallest + $"keys: [ {{ name: ci, hash: \"{hash}\" }} ]\n").Keys;

        Assert.Equal("ci", keys.Find(made.Key)?.Name);
        Assert.Null(keys.Find(made.Key + "x"));
        Assert.Null(keys.Find(""));
        Assert.Null(keys.Find(new string('x', 10_000)));
    }

    [Fact]
    public void More_keys_than_are_remembered_are_each_found_as_themselves()
    {
        var made = Enumerable.Range(0, 600).Select(_ => KeyHash.New()).ToArray();
        var keys = new KeyTable([.. made.Select((key, i) => new KeyPlan($"k{i}", key.Hash))]);

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(Enumerable.Range(0, 600).Select(i => $"k{i}"), made.Select(key => keys.Find(key.Key)?.Name));
            Assert.All(made, key => Assert.Null(keys.Find(key.Key.AsSpan(..^1))));
        }
    }

    [Fact]
    public void A_table_that_has_found_a_key_does_not_tell_it()
    {
        var made = KeyHash.New();
        var keys = new KeyTable([new KeyPlan("ci", made.Hash)]);
        Assert.NotNull(keys.Find(made.Key));
        Assert.DoesNotContain(made.Key, $"{keys} {string.Join(' ', keys.All)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Two_keys_may_share_neither_name_nor_hash()
    {
        var (one, two) = (KeyHash.Of("one"), KeyHash.Of("two"));
        var problems = Specs.Compile(Specs.Smallest + $$"""
            keys:
              - { name: a, hash: "{{one}}" }
              - { name: a, hash: "{{two}}" }
              - { name: c, hash: "{{one}}" }
            """).Diagnostics;

        Assert.Equal(["SPEC0023", "SPEC0023"], problems.Select(d => d.Code));
        Assert.Equal([6, 7], problems.Select(d => d.Line));
    }
}
