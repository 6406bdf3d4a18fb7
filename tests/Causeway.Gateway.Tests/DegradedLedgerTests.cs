using System.Text.Json;
using Causeway.Testing;
using Microsoft.Data.Sqlite;

namespace Causeway.Gateway.Tests;

public sealed class DegradedLedgerTests
{
    [Fact]
    public async Task A_locked_database_is_said_loudly_blocks_nobody_and_loses_nothing()
    {
        await using var upstream = FakeUpstream.Json(Wires.Completion);
        await using var gateway = await TestGateway.StartAsync(upstream);
        Assert.Equal("ready", await StatusAsync(gateway));

        using (var other = new SqliteConnection($"Data Source={Path.Combine(gateway.DataFolder, "causeway.db")};Pooling=False"))
        {
            other.Open();
            using var hold = other.CreateCommand();
            hold.CommandText = "BEGIN EXCLUSIVE";
            hold.ExecuteNonQuery();
            for (var i = 0; i < 20; i++)
            {
                using var answer = await gateway.SendAsync(TestGateway.Chat());
                Assert.Equal(200, (int)answer.StatusCode);
            }
            await Eventually.GetAsync(() => StatusAsync(gateway), status => status == "degraded", "readyz says degraded");
        }

        await Eventually.GetAsync(() => StatusAsync(gateway), status => status == "ready", "readyz says ready again");
        Assert.Equal(20, (await gateway.SettledAsync(20)).Count);
    }

    private static async Task<string?> StatusAsync(TestGateway gateway)
    {
        using var answer = await gateway.Http.GetAsync("/readyz");
        Assert.Equal(200, (int)answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString();
    }
}
