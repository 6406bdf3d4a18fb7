using System.Net.Http.Headers;
using Causeway.Spec.Plans;
using Causeway.Testing;

namespace Causeway.Gateway.Tests;

public sealed class KeyTests
{
    private static string Keyed(FakeUpstream upstream, string key) =>
        TestGateway.SpecFor(upstream.BaseUrl, $$"""keys: [ { name: ci, hash: "{{KeyHash.Of(key)}}" } ]""");

    [Fact]
    public async Task The_right_key_is_served_and_named_in_the_ledger()
    {
        var (key, _) = KeyHash.New();
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Keyed(upstream, key));
        gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("ci", Assert.Single(await gateway.SettledAsync()).Key);
    }

    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("Bearer", "invalid_api_key")]
    [InlineData("Bearer wrong", "invalid_api_key")]
    [InlineData("Basic Y2k6Y2k=", "invalid_api_key")]
    public async Task A_missing_or_wrong_key_is_a_401_everywhere_and_reaches_no_upstream(string? header, string code)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Keyed(upstream, "right"));
        if (header is not null) gateway.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        foreach (var path in new[] { "/v1/models", "/v1/models/m", "/v1/files", "/nowhere" })
        {
            using var answer = await gateway.Http.GetAsync(path);
            await CallerErrorTests.AssertErrorAsync(answer, 401, code);
        }
        using var chat = await gateway.SendAsync(TestGateway.Chat());
        await CallerErrorTests.AssertErrorAsync(chat, 401, code);
        Assert.Empty(upstream.Requests);
        Assert.Empty(await gateway.SettledAsync(0));
    }

    [Fact]
    public async Task Health_needs_no_key()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(Keyed(upstream, "right"));

        Assert.Equal(200, (int)(await gateway.Http.GetAsync("/healthz")).StatusCode);
        Assert.Equal(200, (int)(await gateway.Http.GetAsync("/readyz")).StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", 200)]
    [InlineData("localhost:9", 200)]
    [InlineData("[::1]", 200)]
    [InlineData("evil.example", 403)]
    [InlineData("127.0.0.1.evil.example", 403)]
    public async Task Without_keys_the_host_header_must_name_this_machine(string host, int status)
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        gateway.Http.DefaultRequestHeaders.Host = host;

        using var answer = await gateway.SendAsync(TestGateway.Chat());

        Assert.Equal(status, (int)answer.StatusCode);
    }
}
