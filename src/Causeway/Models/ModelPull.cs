namespace Causeway.Models;

/// <summary>What is to be pulled.</summary>
/// <param name="Id"><c>OWNER/NAME</c> of the hub.</param>
/// <param name="Name">In the store; null for one made of <paramref name="Id"/>.</param>
internal sealed record PullRequest(string Id, string Revision, string? Quant, string? Name);

/// <summary>Brings a model from the hub into the store, a few files at once. What has come stays when it stops, and the next run goes on from there.</summary>
internal sealed class ModelPull(HubClient hub, ModelStore store, TimeProvider time)
{
    private const int FilesAtOnce = 3;

    /// <exception cref="ModelStoreException">It cannot be had; the message says why and what to do.</exception>
    public async Task<ModelEntry> RunAsync(PullRequest request, TextWriter output, bool isTerminal, CancellationToken cancel)
    {
        var name = request.Name ?? (ModelName.TryDerive(request.Id, out var derived) ? derived : throw new ModelStoreException("Say what it shall be called: --name."));
        store.Checked(name);
        var listing = await hub.ListAsync(request.Id, request.Revision, cancel);
        var needed = NeededFiles.Of(listing, request.Quant);
        var workshop = store.Workshop(name);
        Prepare(workshop, listing, needed);
        output.WriteLine($"{listing.Id} at {listing.Commit[..12]}: {needed.Files.Count} files, {PullProgress.Size(needed.Bytes)}");
        using (var progress = new PullProgress(output, needed.Bytes, isTerminal, time))
            await Parallel.ForEachAsync(needed.Files, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancel },
                async (file, stop) => await new HubDownload(hub, listing, file, workshop, progress, time).RunAsync(stop));
        var entry = store.Publish(new ModelEntry { Name = name, Path = workshop, Source = listing.Id, Revision = listing.Commit, License = listing.License }, needed.Main);
        // Not before: without it the next try would begin anew.
        File.Delete(Path.Combine(store.Folder, name, CommitFile));
        return entry;
    }

    private const string CommitFile = ".commit";

    // Files of two commits, or of two choices, must not be mixed.
    private static void Prepare(string workshop, HubListing listing, NeededFiles needed)
    {
        var mark = $"{listing.Id} {listing.Commit} {needed.Main}";
        var file = Path.Combine(workshop, CommitFile);
        var goesOn = File.Exists(file) && File.ReadAllText(file) == mark;
        if (Directory.Exists(workshop) && !goesOn) Directory.Delete(workshop, recursive: true);
        Directory.CreateDirectory(workshop);
        var present = needed.Files.Sum(one => PresentBytes(Path.Combine(workshop, one.Path)));
        FreeSpace.Check(workshop, needed.Bytes - present);
        // Never written over: on a full disk that would empty it, and what has come would be taken for another commit's.
        if (!goesOn) File.WriteAllText(file, mark);
    }

    private static long PresentBytes(string target) =>
        File.Exists(target) ? new FileInfo(target).Length : File.Exists(HubDownload.PartOf(target)) ? new FileInfo(HubDownload.PartOf(target)).Length : 0;
}
