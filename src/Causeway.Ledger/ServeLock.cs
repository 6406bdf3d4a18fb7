namespace Causeway.Ledger;

/// <summary>
/// One writing process per data folder. The lock is the open file, not its existence: a crash releases it, and the file stays
/// behind on purpose, because deleting it would let a third process lock a name that a second one already holds.
/// </summary>
internal sealed class ServeLock : IDisposable
{
    internal const string FileName = "serve.lock";

    private readonly FileStream _file;

    private ServeLock(FileStream file) => _file = file;

    internal static ServeLock Take(string dataFolder)
    {
        try
        {
            var path = Path.Combine(dataFolder, FileName);
            return new ServeLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LedgerException($"The data folder {dataFolder} cannot be written: check its owner and mode, or choose another with --data.", e);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new LedgerException(
                $"The data folder {dataFolder} is in use by another causeway process: stop that one, or give this one its own folder with --data.", e);
        }
        catch (IOException e)
        {
            throw new LedgerException($"The data folder {dataFolder} cannot be locked: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>.NET reports the system's own number: EAGAIN of Linux, EWOULDBLOCK of macOS, a sharing violation of Windows.</summary>
    private static bool IsHeldByAnother(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
