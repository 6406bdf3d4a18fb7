namespace Causeway.EndToEnd.Tests;

/// <summary>The SDKs against scripts.</summary>
public sealed class OfficialClientTests(ServedRehearsal gateway) : OfficialClients(gateway), IClassFixture<ServedRehearsal>
{
    [Fact]
    public async Task The_official_dotnet_SDK_does_not_take_a_cut_stream_for_a_complete_one()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var _ in Chat("cut").CompleteChatStreamingAsync([Hello], cancellationToken: Cancel)) { }
        });
    }
}
