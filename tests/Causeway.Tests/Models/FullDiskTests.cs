using Causeway.Models;
using Causeway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Tests.Models;

/// <summary>A pull onto a disk that is too small, and onto one that somebody fills meanwhile: a real one, of memory.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Large = 700_000;
    private const int Come = 300_000;

    private readonly TempFolder _folder = new();
    private readonly HubStandIn _hub = new();
    private readonly FakeTimeProvider _time = new();

    public ValueTask InitializeAsync()
    {
        _hub.Files["config.json"] = "{}"u8.ToArray();
        _hub.Files["model.safetensors"] = new byte[Large];
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_named_before_anything_is_fetched()
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), mebibytes: 2);
        var store = new ModelStore(disk.Path);

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync(store));

        Assert.Matches(@"The disk of .* has 2\.1 MB free; 700\.0 kB are still to come\.", error.Message);
        Assert.Empty(store.List());
        Assert.Empty(_hub.StorageRequests);
    }

    [Fact]
    public async Task A_disk_that_fills_up_on_the_way_is_said_and_what_has_come_is_gone_on_with_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), mebibytes: 66);
        var store = new ModelStore(disk.Path);
        var part = Path.Combine(store.Workshop("tiny"), "model.safetensors.part");
        (_hub.BreakAfter, _hub.Breaks) = (Come, 1);
        var pull = PullAsync(store);
        await Eventually.TrueAsync(() => File.Exists(part) && new FileInfo(part).Length == Come, "the first part has come");

        var filler = disk.Fill();
        // The broken connection is taken up again after a wait.
        await Eventually.TrueAsync(() => { _time.Advance(TimeSpan.FromMilliseconds(250)); return pull.IsCompleted; }, "the pull has met the full disk");

        var error = await Assert.ThrowsAsync<ModelStoreException>(() => pull);
        Assert.Contains("model.safetensors could not be written", error.Message, StringComparison.Ordinal);
        Assert.Contains("What has come is kept; make room and run the same command again", error.Message, StringComparison.Ordinal);
        Assert.Empty(store.List());
        var kept = new FileInfo(part).Length;
        Assert.InRange(kept, Come, Large - 1);

        var refused = await Assert.ThrowsAsync<ModelStoreException>(() => PullAsync(store));
        Assert.Contains("are still to come", refused.Message, StringComparison.Ordinal);
        Assert.Equal(kept, new FileInfo(part).Length);

        File.Delete(filler);
        var entry = await PullAsync(store);
        Assert.Contains(_hub.StorageRequests, request => request.Header("Range") == $"bytes={kept}-");
        Assert.Equal(_hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(entry.Path, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal("tiny", Assert.Single(store.List()).Name);
    }

    [Fact]
    public async Task A_disk_without_room_for_the_entry_lists_nothing_and_fetches_nothing_again()
    {
        using var disk = SmallDisk.Mount(_folder.File("disk"), mebibytes: 66);
        var store = new ModelStore(disk.Path);
        // Everything is there but the entry, as after a pull that was killed at its end.
        var workshop = store.Workshop("tiny");
        Directory.Move((await PullAsync(store)).Path, workshop);
        File.Delete(Path.Combine(workshop, "model.json"));
        await File.WriteAllTextAsync(Path.Combine(workshop, ".commit"), $"{HubStandIn.Id} {HubStandIn.Commit} ", TestContext.Current.CancellationToken);
        var asked = _hub.StorageRequests.Count();

        var filler = disk.Fill();
        await Assert.ThrowsAnyAsync<IOException>(() => PullAsync(store));
        Assert.Empty(store.List());
        File.Delete(filler);

        Assert.Equal("tiny", (await PullAsync(store)).Name);
        Assert.Equal(asked, _hub.StorageRequests.Count());
    }

    private async Task<ModelEntry> PullAsync(ModelStore store)
    {
        using var client = new HubClient(new HubOptions(_hub.Endpoint, null), _time);
        return await new ModelPull(client, store, _time).RunAsync(new PullRequest(HubStandIn.Id, "main", null, null), TextWriter.Null, isTerminal: false, TestContext.Current.CancellationToken);
    }
}
