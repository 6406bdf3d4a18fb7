using Causeway.Engine.Serving;

namespace Causeway.Engine.Tests.Serving;

public sealed class PromptLookupTests
{
    [Fact]
    public void A_text_goes_on_as_it_went_on_before()
    {
        Assert.Equal([3, 4, 5, 6], new PromptLookup().Draft([9, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3], room: 7));
    }

    [Fact]
    public void The_place_with_most_in_common_counts_and_of_those_the_latest()
    {
        int[] tokens = [8, 1, 2, 3, 10, 11, 12, 8, 1, 2, 3, 20, 21, 22, 7, 1, 2, 3, 30, 31, 32, 8, 1, 2, 3];
        Assert.Equal([3, 20, 21, 22], new PromptLookup().Draft(tokens, room: 7));
    }

    [Fact]
    public void A_text_that_repeats_itself_goes_on_beyond_its_end()
    {
        Assert.Equal([2, 1, 2, 1], new PromptLookup().Draft([1, 2, 1, 2, 1, 2], room: 7));
    }

    [Theory]
    [InlineData(new int[] { 1 }, 7)]
    [InlineData(new int[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 7)]
    [InlineData(new int[] { 1, 2, 3, 4, 9, 2, 3 }, 7)]
    [InlineData(new int[] { 1, 2, 3, 4, 1, 2, 3 }, 2)]
    public void Nothing_is_drafted_where_less_than_three_tokens_come_again_or_there_is_no_room(int[] tokens, int room)
    {
        var lookup = new PromptLookup();
        Assert.Equal([tokens[^1]], lookup.Draft(tokens, room));
        Assert.True(lookup.Drafted.IsEmpty);
    }

    [Fact]
    public void Drafts_grow_where_all_of_one_came_and_pauses_where_none_did()
    {
        int[] tokens = [.. Enumerable.Range(0, 20), 0, 1, 2];
        var lookup = new PromptLookup();
        Assert.Equal(1 + PromptLookup.Shortest, lookup.Draft(tokens, 7).Length);
        lookup.Learn(PromptLookup.Shortest);
        Assert.Equal(1 + PromptLookup.Longest, lookup.Draft(tokens, 7).Length);
        Assert.Equal(1 + PromptLookup.Shortest, lookup.Draft(tokens, 6).Length);

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 64], Enumerable.Range(0, 8).Select(_ => Pause()));
        lookup.Learn(2);
        Assert.Equal(1 + PromptLookup.Shortest, lookup.Draft(tokens, 7).Length);
        Assert.Equal(32, Pause());

        int Pause()
        {
            lookup.Learn(0);
            var pause = 0;
            while (lookup.Draft(tokens, 7).Length == 1) pause++;
            return pause;
        }
    }
}
