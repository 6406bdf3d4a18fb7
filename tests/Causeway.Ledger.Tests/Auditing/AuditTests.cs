using System.Security.Cryptography;
using System.Text;
using Causeway.Ledger.Auditing;
using Causeway.Ledger.Reading;
using Causeway.Ledger.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Ledger.Tests.Auditing;

public sealed class AuditTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LedgerState _ledger;

    public AuditTests() => _ledger = LedgerState.Open(_folder.Path, new(), new FakeTimeProvider(Some.Noon));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_entry_is_stored_when_the_call_returns()
    {
        var entry = await _ledger.AuditAsync("ops", "plan.swap", "sha256:0f3a", """{"from":"sha256:00"}""", Cancellation);
        Assert.Equal((1, Some.Noon), (entry.Sequence, entry.At));
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal(entry, Assert.Single(reader.AuditEntries(10)));
    }

    [Fact]
    public async Task The_hash_covers_the_documented_bytes()
    {
        var entry = await _ledger.AuditAsync("ops", "plan.swap", "größe", "{}", Cancellation);
        byte[] bytes =
        [
            .. "causeway-audit-1"u8, .. new byte[32],
            0, 0, 0, 0, 0, 0, 0, 1,
            .. Convert.FromHexString((Some.Noon.ToUnixTimeMilliseconds() * 1_000).ToString("x16", null)),
            0, 0, 0, 3, .. "ops"u8, 0, 0, 0, 9, .. "plan.swap"u8, 0, 0, 0, 7, .. Encoding.UTF8.GetBytes("größe"), 0, 0, 0, 2, .. "{}"u8,
        ];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), entry.Hash);
    }

    [Fact]
    public async Task A_chain_written_from_many_threads_is_intact()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _ledger.AuditAsync("ops", "plan.swap", $"plan {i}", "{}", Cancellation)));
        var verdict = _ledger.VerifyAudit();
        Assert.True(verdict.Intact, verdict.Problem);
        Assert.Equal(20, verdict.Entries);
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal(verdict, reader.VerifyAudit());
        Assert.Equal(verdict.HeadHash, reader.AuditEntries(1)[0].Hash);
    }

    [Fact]
    public void An_empty_chain_is_intact() => Assert.Equal(new AuditVerdict(true, 0, new string('0', 64), null, null), _ledger.VerifyAudit());

    [Theory]
    [InlineData("UPDATE audit SET detail = '{\"to\":\"evil\"}' WHERE sequence = 3", 3)]
    [InlineData("UPDATE audit SET actor = 'somebody else' WHERE sequence = 1", 1)]
    [InlineData("UPDATE audit SET at = at + 1 WHERE sequence = 5", 5)]
    [InlineData("UPDATE audit SET actor = 'op', action = 'splan.swap' WHERE sequence = 2", 2)]
    [InlineData("UPDATE audit SET hash = zeroblob(32) WHERE sequence = 4", 4)]
    [InlineData("UPDATE audit SET hash = zeroblob(3) WHERE sequence = 4", 4)]
    [InlineData("DELETE FROM audit WHERE sequence = 2", 2)]
    [InlineData("DELETE FROM audit WHERE sequence = 1", 1)]
    [InlineData("DELETE FROM audit WHERE sequence = 5", 5)]
    [InlineData("DELETE FROM audit", 1)]
    [InlineData("UPDATE audit SET sequence = 99 WHERE sequence = 2; UPDATE audit SET sequence = 2 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 99", 2)]
    [InlineData("DELETE FROM audit WHERE sequence = 2; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 2", 2)]
    [InlineData("DELETE FROM audit_head", 1)]
    [InlineData("UPDATE audit_head SET entries = 4", 5)]
    [InlineData("UPDATE audit_head SET hash = zeroblob(32)", 5)]
    public async Task A_changed_chain_is_detected_at_the_first_wrong_entry(string tampering, long brokenAt)
    {
        for (var i = 1; i <= 5; i++)
            await _ledger.AuditAsync("ops", "plan.swap", $"plan {i}", "{}", Cancellation);
        _folder.Execute(tampering);
        var verdict = _ledger.VerifyAudit();
        Assert.False(verdict.Intact);
        Assert.Equal(brokenAt, verdict.BrokenAt);
        Assert.NotNull(verdict.Problem);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_stored_throws_and_leaves_nothing()
    {
        _folder.Execute("CREATE TRIGGER refuse BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'no'); END");
        await Assert.ThrowsAsync<LedgerException>(() => _ledger.AuditAsync("ops", "plan.swap", "plan", "{}", Cancellation));
        Assert.Equal(0, _folder.Number("SELECT count(*) FROM audit"));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{} {}")]
    [InlineData("")]
    public Task A_detail_that_is_not_JSON_is_the_callers_mistake(string detail) =>
        Assert.ThrowsAsync<ArgumentException>(() => _ledger.AuditAsync("ops", "plan.swap", "plan", detail, Cancellation));

    [Fact]
    public async Task Oversized_fields_are_the_callers_mistake()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _ledger.AuditAsync(new string('a', 1_025), "x", "y", "{}", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => _ledger.AuditAsync("a", "x", "y", $"\"{new string('d', 1 << 20)}\"", Cancellation));
    }

    [Fact]
    public async Task Decisions_are_stored_while_exchanges_are()
    {
        foreach (var row in Some.Exchanges(5_000))
            _ledger.Record(row);
        for (var i = 0; i < 10; i++)
            await _ledger.AuditAsync("ops", "plan.swap", $"plan {i}", "{}", Cancellation);
        await _ledger.FlushAsync(Cancellation);
        Assert.Equal(5_000, _folder.Rows());
        Assert.Equal(10, _ledger.VerifyAudit().Entries);
        Assert.Equal(LedgerStatus.Healthy, _ledger.Health.Status);
    }

    [Fact]
    public void A_price_table_is_saved_once()
    {
        _ledger.SavePriceTable("sha256:77aa", """{"gpt-4o":[2500,10000]}""");
        _ledger.SavePriceTable("sha256:77aa", """{"gpt-4o":[0,0]}""");
        using var reader = LedgerReader.Open(_folder.Path);
        Assert.Equal("""{"gpt-4o":[2500,10000]}""", reader.PriceTable("sha256:77aa"));
        Assert.Null(reader.PriceTable("sha256:other"));
    }
}
