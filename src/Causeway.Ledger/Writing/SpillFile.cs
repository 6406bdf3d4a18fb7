using System.Buffers;
using System.Text.Json;

namespace Causeway.Ledger.Writing;

/// <summary>
/// Rows kept aside while the database refuses: <c>spill.jsonl</c>, one JSON object a line. Appended and forced to disk a batch at
/// a time; read back from the front in pieces, and deleted when all of it is in the database. One thread.
/// </summary>
internal sealed class SpillFile
{
    internal const string FileName = "spill.jsonl";

    private readonly string _path;
    private readonly long _maxBytes;
    private readonly ArrayBufferWriter<byte> _lines = new();
    private long _replayed;

    internal SpillFile(string dataFolder, long maxBytes)
    {
        _path = Path.Combine(dataFolder, FileName);
        _maxBytes = maxBytes;
        HasRows = File.Exists(_path);
    }

    /// <summary>Whether there is a file, and so perhaps rows that wait for the database.</summary>
    internal bool HasRows { get; private set; }

    /// <summary>Adds all rows durably, or throws and adds none that would be lost or torn.</summary>
    /// <exception cref="IOException">The disk refuses, or the file has reached its bound.</exception>
    internal void Append(ReadOnlySpan<Exchange> rows)
    {
        using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        // From here on there is a file to clear away, even if nothing of this batch gets into it.
        HasRows = true;
        var end = file.Length;
        Encode(rows, afterTornLine: EndsInTornLine(file));
        if (end + _lines.WrittenCount > _maxBytes)
            throw new IOException("The spill file has reached its bound.");
        file.Position = end;
        try
        {
            file.Write(_lines.WrittenSpan);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // The batch will come again: half of it left here would only use up what space there is.
            file.SetLength(end);
            throw;
        }
    }

    /// <summary>Reads the next rows to be replayed without consuming them: <see cref="Consume"/> does, when they are safe.</summary>
    /// <exception cref="IOException">The file cannot be read now.</exception>
    internal SpillPiece Peek(Span<Exchange> rows)
    {
        if (!File.Exists(_path))
            return new SpillPiece(0, 0, 0, IsLast: true);
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return SpillPiece.Read(file, _replayed, rows);
    }

    internal void Consume(SpillPiece piece) => _replayed = piece.End;

    /// <summary>Everything is in the database.</summary>
    internal void Delete()
    {
        File.Delete(_path);
        _replayed = 0;
        HasRows = false;
    }

    private static bool EndsInTornLine(FileStream file)
    {
        if (file.Length == 0)
            return false;
        file.Position = file.Length - 1;
        return file.ReadByte() != '\n';
    }

    private void Encode(ReadOnlySpan<Exchange> rows, bool afterTornLine)
    {
        _lines.ResetWrittenCount();
        if (afterTornLine)
            _lines.Write("\n"u8);
        using var json = new Utf8JsonWriter(_lines);
        foreach (var row in rows)
        {
            JsonSerializer.Serialize(json, row, LedgerJson.Default.Exchange);
            json.Flush();
            _lines.Write("\n"u8);
            json.Reset();
        }
    }
}
