using System.Collections.Immutable;
using System.Globalization;
using Causeway.Spec.Plans;
using CsCheck;

namespace Causeway.Spec.Tests.Plans;

public sealed class TargetDrawTests
{
    private const int Identities = 20_000;

    private static readonly Gen<int[]> GenWeights = Gen.Int[1, 100].Array[2, 6];

    [Fact]
    public void Every_target_serves_its_share()
    {
        // Six standard deviations of a binomial share: one in some hundred millions falls outside.
        GenWeights.Sample(weights =>
        {
            var draw = Draw(weights);
            var counts = Drawn(draw).CountBy(target => target).ToDictionary();
            return weights.Select((weight, i) => (Share: weight / (double)weights.Sum(), Count: counts.GetValueOrDefault(i)))
                .All(t => Math.Abs(t.Count - t.Share * Identities) <= 6 * Math.Sqrt(Identities * t.Share * (1 - t.Share)) + 1);
        }, iter: 50);
    }

    [Fact]
    public void A_changed_weight_moves_nobody_between_the_other_targets() =>
        Gen.Select(GenWeights, Gen.Int[0, 5], Gen.Int[1, 100]).Sample((weights, at, changed) =>
        {
            var which = at % weights.Length;
            var before = Drawn(Draw(weights), 2000).ToList();
            var (old, now) = (weights[which], changed);
            var after = Drawn(Draw([.. weights.Select((weight, i) => i == which ? now : weight)]), 2000).ToList();
            return before.Zip(after).All(p => p.First == p.Second || (now > old ? p.Second == which : p.First == which));
        }, iter: 200);

    [Fact]
    public void A_target_that_is_taken_away_moves_only_those_it_served() => GenWeights.Sample(weights =>
    {
        var before = Drawn(Draw(weights), 2000);
        var after = Drawn(Draw([0, .. weights[1..]]), 2000);
        return before.Zip(after).All(p => p.First == 0 ? p.Second != 0 : p.First == p.Second);
    }, iter: 100);

    [Fact]
    public void Only_the_ratio_of_weights_counts()
    {
        Assert.Equal(Drawn(Draw([9, 1])), Drawn(Draw([90, 10])));
        Assert.Equal([9, 1], Draw([90, 10]).Weights);
    }

    [Fact]
    public void The_order_of_targets_moves_nobody()
    {
        ImmutableArray<TargetPlan> targets = [Target("a", 1), Target("b", 2), Target("c", 3)];
        var forward = new TargetDraw(targets);
        var backward = new TargetDraw([.. targets.Reverse()]);

        Assert.Equal(Seeds(2000).Select(seed => forward.Orders[forward.Draw(seed)][0].Upstream), Seeds(2000).Select(seed => backward.Orders[backward.Draw(seed)][0].Upstream));
    }

    [Fact]
    public void The_others_follow_as_the_spec_lists_them()
    {
        var orders = new TargetDraw([Target("a", 1), Target("b", 2), Target("c", null)]).Orders;

        Assert.Equal(["abc", "bac", "cab"], orders.Select(order => string.Concat(order.Select(target => target.Upstream))));
    }

    // Computed by the script in docs/reference/routing.md, not by this code.
    [Theory]
    [InlineData("support-chat", "header:c-1", 0xa27023a6c7020688)]
    [InlineData("r", "user:", 0x9201556fe17b34fa)]
    [InlineData("r", "user:ä€😀", 0x831b4e7d5e2554a5)]
    public void A_seed_is_the_first_eight_bytes_of_a_sha_256(string route, string identity, ulong seed) => Assert.Equal(seed, TargetDraw.Seed(route, identity));

    // From the same script.
    [Fact]
    public void A_draw_can_be_recomputed_outside()
    {
        var draw = new TargetDraw([new TargetPlan("bedrock", "big") { Weight = 90 }, new TargetPlan("local", "small") { Weight = 10 }]);

        Assert.Equal([15, 21, 32, 37, 53, 54], Enumerable.Range(0, 60).Where(n => draw.Draw(TargetDraw.Seed("support-chat", $"header:c-{n}")) == 1));
    }

    [Fact]
    public void A_long_identity_hashes_as_its_utf_8() => Gen.String[0, 3000].Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
    {
        var whole = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("r\n" + text));
        return TargetDraw.Seed("r", text) == System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(whole);
    }, iter: 200);

    private static TargetDraw Draw(int[] weights) => new([.. weights.Select((weight, i) => Target(i.ToString(CultureInfo.InvariantCulture), weight))]);

    private static TargetPlan Target(string name, int? weight) => new(name, "m") { Weight = weight };

    private static IEnumerable<ulong> Seeds(int count) => Enumerable.Range(0, count).Select(i => TargetDraw.Seed("r", $"user:{i}"));

    private static IEnumerable<int> Drawn(TargetDraw draw, int count = Identities) => Seeds(count).Select(draw.Draw);
}
