using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>
/// The last ordinary event of a stream with its texts cut out. Most events differ from the one before only in a text: such an event is
/// recognised by comparing bytes, without parsing. That is exact, not a guess: the same bytes around another valid JSON string are
/// the same document with another text in it.
/// </summary>
internal sealed class ChunkShape
{
    public const int MaxHoles = 4;
    private const int MaxLength = 1024;

    private readonly byte[] _bytes = new byte[MaxLength];
    private readonly TextHole[] _holes = new TextHole[MaxHoles];
    private int _length;
    private int _holeCount;

    public void Clear() => _length = 0;

    /// <summary>Keeps an event that carried nothing but texts.</summary>
    public void Learn(ReadOnlySpan<byte> data, ReadOnlySpan<TextHole> holes)
    {
        if (data.Length > MaxLength || holes.Length > MaxHoles) return;
        data.CopyTo(_bytes);
        holes.CopyTo(_holes);
        _length = data.Length;
        _holeCount = holes.Length;
    }

    /// <summary>Whether the event is of this shape; adds its texts to the counts then. UTF-8 is the caller's to check.</summary>
    public bool TryMatch(ReadOnlySpan<byte> data, ref TokenEstimate estimate, ref long contentBytes)
    {
        if (_length == 0) return false;
        var (texts, bytes) = (estimate, contentBytes);
        var learnt = _bytes.AsSpan(0, _length);
        var from = 0;
        foreach (ref readonly var hole in _holes.AsSpan(0, _holeCount))
        {
            var literal = learnt[from..hole.Range.Start];
            if (!data.StartsWith(literal)) return false;
            data = data[literal.Length..];
            var end = JsonText.FindEnd(data);
            if (end < 0) return false;
            if (hole.IsContent)
            {
                texts.AddJson(data[..end]);
                bytes += end;
            }
            data = data[end..];
            from = hole.Range.End;
        }
        if (!data.SequenceEqual(learnt[from..])) return false;
        (estimate, contentBytes) = (texts, bytes);
        return true;
    }
}
