using System.Collections.Immutable;
using System.Text.Json;

namespace Causeway.Models;

/// <summary>A file as the hub announces it.</summary>
/// <param name="Sha256">In lower-case hex; null for a small file, which has a <paramref name="BlobId"/> instead.</param>
/// <param name="BlobId">Git's SHA-1 of a small file, in lower-case hex; null when the hub gives none.</param>
internal sealed record HubFile(string Path, long Size, string? Sha256, string? BlobId);

/// <summary>A repository at one commit, from <c>/api/models/{id}/revision/{rev}?blobs=true</c>.</summary>
/// <param name="Commit">40 hex digits: the files are asked for under it, so that they belong together.</param>
internal sealed record HubListing(string Id, string Commit, string? License, ImmutableArray<HubFile> Files)
{
    private const int MaxFiles = 10_000;
    private const long MaxSize = 1L << 42;
    private const int MaxPath = 512;

    /// <exception cref="ModelStoreException">It is no listing, or one that must not be trusted.</exception>
    public static HubListing Read(string id, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var commit = root.GetProperty("sha"u8).GetString();
            if (commit is not { Length: 40 } || !commit.All(char.IsAsciiHexDigitLower)) throw new ModelStoreException("The hub's answer names no commit.");
            var siblings = root.GetProperty("siblings"u8);
            if (siblings.GetArrayLength() > MaxFiles) throw new ModelStoreException($"The repository has more than {MaxFiles} files.");
            return new HubListing(id, commit, LicenseOf(root), [.. siblings.EnumerateArray().Select(ReadFile)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelStoreException("The hub's answer is no listing of a repository.");
        }
    }

    /// <summary>Whether a name from the network may become a path: relative, without steps upwards, without what a file system reads otherwise.</summary>
    public static bool IsSafe(string path) =>
        path.Length is > 0 and <= MaxPath
        && path.Split('/').All(part => part.Length is > 0 and <= 200 && part is not ("." or "..") && !part.EndsWith('.') && !part.EndsWith(' '))
        && !path.Any(letter => char.IsControl(letter) || letter is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' || char.IsSurrogate(letter));

    private static HubFile ReadFile(JsonElement file)
    {
        var path = file.GetProperty("rfilename"u8).GetString() ?? "";
        if (!IsSafe(path)) throw new ModelStoreException("The hub lists a file whose name is no safe path. Nothing was written.");
        var lfs = file.TryGetProperty("lfs"u8, out var large) && large.ValueKind == JsonValueKind.Object ? large : default;
        var hasSize = file.TryGetProperty("size"u8, out var size) && size.TryGetInt64(out var bytes) && bytes is >= 0 and < MaxSize;
        return new HubFile(path, hasSize ? size.GetInt64() : -1, Hex(lfs, "sha256"u8, 64), lfs.ValueKind == JsonValueKind.Object ? null : Hex(file, "blobId"u8, 40));
    }

    private static string? Hex(JsonElement element, ReadOnlySpan<byte> name, int length) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString()?.ToLowerInvariant() is { } text && text.Length == length && text.All(char.IsAsciiHexDigitLower) ? text : null;

    private static string? LicenseOf(JsonElement root) =>
        root.TryGetProperty("cardData"u8, out var card) && card.ValueKind == JsonValueKind.Object && card.TryGetProperty("license"u8, out var license)
        && license.ValueKind == JsonValueKind.String && license.GetString() is { Length: > 0 and <= 100 } name && !name.Any(char.IsControl) ? name : null;
}
