using System.Diagnostics.CodeAnalysis;

namespace Causeway.Models;

/// <summary>What a disk has room for, where the system says it.</summary>
internal static class FreeSpace
{
    // For everything else that lives there.
    private const long Reserve = 64 << 20;

    /// <exception cref="ModelStoreException">There is less, with a little kept for others; the message has both numbers.</exception>
    public static void Check(string folder, long needed)
    {
        if (needed > 0 && TryFree(folder, out var free) && free - Reserve < needed)
            throw new ModelStoreException($"The disk of {folder} has {PullProgress.Size(free.Value)} free; {PullProgress.Size(needed)} are still to come.");
    }

    private static bool TryFree(string folder, [NotNullWhen(true)] out long? free)
    {
        try
        {
            free = new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            free = null;
        }
        return free is not null;
    }
}
