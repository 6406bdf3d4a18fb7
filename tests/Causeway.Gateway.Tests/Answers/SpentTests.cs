using Causeway.Ledger;
using Causeway.Testing;
using Causeway.Wire.Chat;

namespace Causeway.Gateway.Tests.Answers;

/// <summary>What an exchange cost, and what its upstreams said, where more than one of them had a hand in it.</summary>
public sealed class SpentTests
{
    private const string Complaint = """{"error":{"message":"the model is on fire","type":"server_error"}}""";

    [Fact]
    public async Task Tokens_of_a_target_that_failed_are_priced_as_that_targets_model()
    {
        // Never JSON: three answers of 9 and 2 tokens (4 of the 9 cached) are paid for and thrown away.
        await using var dear = FakeUpstream.Json(Wires.Completion);
        await using var cheap = FakeUpstream.Json(Wires.Completion.Replace("Hi there", "{}", StringComparison.Ordinal));
        await using var gateway = await TestGateway.StartAsync($$"""
            upstreams:
              dear: { type: openai-compatible, baseUrl: "{{dear.BaseUrl}}" }
              cheap: { type: openai-compatible, baseUrl: "{{cheap.BaseUrl}}" }
            routes:
              all:
                match: { model: "*" }
                params: { fields: { json_object: emulate } }
                targets: [ { upstream: dear, model: big }, { upstream: cheap, model: small } ]
            prices:
              big: { prompt: 1000, completion: 1000 }
              small: { prompt: 1, completion: 1 }
            """);

        using var answer = await gateway.SendAsync(TestGateway.Chat(more: ",\"response_format\":{\"type\":\"json_object\"}"));

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var row = (await gateway.SettledAsync()).Single();
        Assert.Equal("small", row.ServedModel);
        Assert.Equal(new TokenUsage(36, 8, 16), row.Usage);
        // A price is dollars for a million tokens: nano-dollars a token times a thousand.
        Assert.Equal((3 * 11 * 1_000_000) + (11 * 1_000), row.CostNanos);
        Assert.NotNull(row.PriceHash);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task An_error_inside_a_200_is_kept_in_the_ledger(bool stream, bool hasBegun)
    {
        await using var upstream = stream ? FakeUpstream.Events((hasBegun ? Wires.Delta("Hi") : "") + $"data: {Complaint}\n\n") : FakeUpstream.Json(Complaint);
        await using var gateway = await TestGateway.StartAsync(upstream);

        using var answer = await gateway.SendAsync(TestGateway.Chat(stream: stream));

        var row = (await gateway.SettledAsync()).Single();
        Assert.Equal("the model is on fire", row.UpstreamSaid);
        Assert.Equal(hasBegun ? Outcome.Cut : Outcome.Failed, row.Outcome);
    }
}
