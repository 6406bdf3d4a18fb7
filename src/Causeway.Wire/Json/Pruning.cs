namespace Causeway.Wire.Json;

/// <summary>Takes members out of an object, or items out of an array, with the commas that belong to them. Every part is told, in order.</summary>
public ref struct Pruning(BodyEdits edits)
{
    private bool _hasKept;
    private int _previousEnd;
    private ByteRange _leading;

    /// <param name="part">From its first byte to its last.</param>
    public void Next(ByteRange part, bool remove)
    {
        if (!remove)
        {
            // Up to the first part that stays, parts go with the comma behind them; after it with the one before them.
            if (!_leading.IsEmpty) edits.Remove(new ByteRange(_leading.Start, part.Start));
            (_leading, _hasKept) = (default, true);
        }
        else if (_hasKept) edits.Remove(new ByteRange(_previousEnd, part.End));
        else _leading = new ByteRange(_leading.IsEmpty ? part.Start : _leading.Start, part.End);
        _previousEnd = part.End;
    }

    public readonly void Finish()
    {
        if (!_leading.IsEmpty) edits.Remove(_leading);
    }
}
