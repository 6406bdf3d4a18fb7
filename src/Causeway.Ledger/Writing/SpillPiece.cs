using System.Text.Json;

namespace Causeway.Ledger.Writing;

/// <summary>Some rows of the spill file.</summary>
/// <param name="Count">Rows read.</param>
/// <param name="Unreadable">Lines that are no row: torn by a crash, or damaged.</param>
/// <param name="End">Where the next piece begins, in bytes from the start of the file.</param>
/// <param name="IsLast">Whether the file ends here.</param>
internal readonly record struct SpillPiece(int Count, int Unreadable, long End, bool IsLast)
{
    /// <summary>A row has bounded members and is far shorter; a longer line is damage, and is skipped in steps of this size.</summary>
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads whole lines from <paramref name="start"/> until <paramref name="rows"/> is full or a buffer is used up.</summary>
    internal static SpillPiece Read(FileStream file, long start, Span<Exchange> rows)
    {
        var buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(0, file.Length - start))];
        file.Position = start;
        var text = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        var reachesEnd = start + text.Length >= file.Length;
        var (count, unreadable, used) = (0, 0, 0);
        while (used < text.Length && count < rows.Length)
        {
            var length = text[used..].IndexOf((byte)'\n');
            if (length < 0 && !reachesEnd && used > 0)
                break;
            var line = length < 0 ? text[used..] : text.Slice(used, length);
            used += length < 0 ? line.Length : length + 1;
            if (TryParse(line) is { } row)
                rows[count++] = row;
            else if (!line.IsEmpty)
                unreadable++;
        }
        return new SpillPiece(count, unreadable, start + used, reachesEnd && used == text.Length);
    }

    private static Exchange? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, LedgerJson.Default.Exchange);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
