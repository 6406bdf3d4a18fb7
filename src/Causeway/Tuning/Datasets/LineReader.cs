namespace Causeway.Tuning.Datasets;

/// <summary>Lines of a stream, never more than one in memory, and of one that is too long only the beginning. One owner.</summary>
internal sealed class LineReader(Stream stream, int maxLineBytes)
{
    private byte[] _buffer = new byte[Math.Min(64 << 10, maxLineBytes) + 1];
    private int _start, _end;
    private bool _ended;

    /// <summary>Of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Bytes taken from the stream.</summary>
    public long Bytes { get; private set; }

    /// <param name="line">Without its end; to be used before the next call. Empty when it is too long.</param>
    /// <param name="isTooLong">More than the limit's bytes: the line was gone over, not kept.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        line = [];
        isTooLong = false;
        for (var searched = 0; ;)
        {
            var pending = _buffer.AsSpan(_start.._end);
            var at = pending[searched..].IndexOf((byte)'\n');
            if (at >= 0 || _ended) return Take(at >= 0 ? pending[..(searched + at)] : pending, at >= 0, ref line, ref isTooLong);
            searched = pending.Length;
            if (searched > maxLineBytes)
            {
                (isTooLong, searched) = (true, 0);
                _start = _end = 0;
            }
            Fill();
        }
    }

    private bool Take(ReadOnlySpan<byte> found, bool hasEnd, ref ReadOnlySpan<byte> line, ref bool isTooLong)
    {
        if (!hasEnd && found.IsEmpty && !isTooLong) return false;
        Number++;
        _start += found.Length + (hasEnd ? 1 : 0);
        isTooLong |= found.Length > maxLineBytes;
        line = isTooLong ? [] : found;
        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, maxLineBytes + 1L));
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        (_end, _ended, Bytes) = (_end + read, read == 0, Bytes + read);
    }
}
