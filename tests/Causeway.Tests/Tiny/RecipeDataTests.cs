using System.Text.RegularExpressions;
using Causeway.TinyRecipe;

namespace Causeway.Tests.Tiny;

/// <summary>What causeway-tiny learns from, and what it is measured with: the second is worth something only if the first never has it.</summary>
public sealed class RecipeDataTests
{
    private static readonly List<Phrases> _all =
    [
        Phrases.Order, Phrases.Refund, Phrases.Facts, Phrases.Extraction, .. Phrases.Person.Select(person => person.Says),
        .. Chat.Talk.Select(talk => talk.Ask), .. Chat.Refusals.Select(refusal => refusal.Ask),
    ];

    [Fact]
    public void No_template_that_is_measured_with_is_ever_learnt_from()
    {
        var said = Said(new SupportDesk(1, Lesson.Second), 6000);

        var leaks =
            from template in _all.SelectMany(phrases => phrases.HeldOut)
            let pattern = PatternOf(template)
            from text in said
            where pattern.IsMatch(text)
            select $"{template}  <-  {text}";

        Assert.Empty(leaks);
    }

    [Fact]
    public void The_same_search_finds_the_templates_where_they_are_used()
    {
        var said = Said(new SupportDesk(1, Lesson.HeldOut), 3000);

        Assert.All(_all.SelectMany(phrases => phrases.HeldOut), template => Assert.Contains(said, text => PatternOf(template).IsMatch(text)));
    }

    [Fact]
    public void The_adapter_learns_from_no_template_that_is_measured_with()
    {
        List<string> said = [.. AdapterMaker.Examples(6).SelectMany(UserTexts)];

        Assert.Equal(200, AdapterMaker.Examples(6).Count());
        Assert.DoesNotContain(said, text => _all.SelectMany(phrases => phrases.HeldOut).Any(template => PatternOf(template).IsMatch(text)));
    }

    [Fact]
    public void The_same_seed_makes_the_same_conversations()
    {
        var (first, second) = (new SupportDesk(5, Lesson.Second), new SupportDesk(5, Lesson.Second));

        for (var i = 0; i < 50; i++) Assert.Equal(first.Next().ToJson().ToJsonString(), second.Next().ToJson().ToJsonString());
    }

    [Theory]
    [InlineData(100, 101, "EscalateToHuman")]
    [InlineData(100, 100, "RefundPolicyLookup")]
    [InlineData(50, 51, "EscalateToHuman")]
    [InlineData(50, 50, "RefundPolicyLookup")]
    public void A_refund_above_the_limit_goes_to_a_person(int limit, int amount, string tool)
    {
        var conversation = new SupportDesk(3, Lesson.Second, limit).RefundOf(amount, amount);

        Assert.Equal(tool, (string?)conversation.Messages[conversation.FirstAnswer]!["tool_calls"]![0]!["function"]!["name"]);
    }

    private static List<string> Said(SupportDesk desk, int conversations) => [.. Enumerable.Range(0, conversations).SelectMany(_ => UserTexts(desk.Next())).Distinct()];

    private static IEnumerable<string> UserTexts(Conversation conversation) =>
        conversation.Messages.Where(message => (string?)message!["role"] == "user").Select(message => (string)message!["content"]!);

    private static Regex PatternOf(string template)
    {
        var pattern = Regex.Escape(template);
        foreach (var (slot, form) in _slots) pattern = pattern.Replace(@"\{" + slot + "}", form, StringComparison.Ordinal);
        return new Regex(pattern, RegexOptions.CultureInvariant);
    }

    private static readonly (string Slot, string Form)[] _slots =
    [
        ("item", "[A-Za-z ]{2,40}"), ("order", "[A-Z0-9-]{4,12}"), ("amount", @"(\$\d+|\d+ dollars)"), ("name", "[A-Za-z ]{2,30}"), ("city", "[A-Za-z]{2,20}"),
        ("fields", "[a-z, ]{3,40}"), ("text", ".+"),
    ];
}
