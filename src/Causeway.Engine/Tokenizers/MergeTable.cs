namespace Causeway.Engine.Tokenizers;

/// <summary>Which two neighbouring symbols become which, and in what order of precedence. Filled once, then read by anyone.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that does not merge.</summary>
    public const int Never = int.MaxValue;

    private ulong[] _keys = new ulong[64];
    private (int Rank, int Result)[] _values = new (int, int)[64];
    private int _count;

    /// <summary>The last word on a pair counts, as in the reference.</summary>
    public void Set(int left, int right, int rank, int result)
    {
        if ((_count + 1) * 2 > _keys.Length) Grow();
        var slot = SlotOf(Key(left, right));
        if (_keys[slot] == 0) _count++;
        (_keys[slot], _values[slot]) = (Key(left, right), (rank, result));
    }

    /// <summary>The rank, lower first, or <see cref="Never"/>.</summary>
    public (int Rank, int Result) Find(int left, int right)
    {
        var slot = SlotOf(Key(left, right));
        return _keys[slot] == 0 ? (Never, -1) : _values[slot];
    }

    // Never 0, which marks a free slot.
    private static ulong Key(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)right;

    private int SlotOf(ulong key)
    {
        var mask = _keys.Length - 1;
        var slot = ByteHash.Of(key) & mask;
        while (_keys[slot] != 0 && _keys[slot] != key) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var (keys, values) = (_keys, _values);
        (_keys, _values) = (new ulong[keys.Length * 2], new (int, int)[keys.Length * 2]);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] == 0) continue;
            var slot = SlotOf(keys[i]);
            (_keys[slot], _values[slot]) = (keys[i], values[i]);
        }
    }
}
