using System.Collections.Immutable;

namespace Causeway.Engine.Tokenizers;

/// <summary>Byte strings by token id, and ids by byte string: one block of bytes and three arrays, whatever the size. Filled once, then read by anyone.</summary>
internal sealed class SpellingTable
{
    /// <summary>Ids at or above this are refused: no published vocabulary has so many, and arrays are as long as the highest id.</summary>
    public const int MaxIds = 1 << 21;

    private byte[] _bytes = new byte[1024];
    private int _used;
    private int[] _starts = [];
    private int[] _lengths = [];
    private int[] _slots = new int[64];
    private int _findable;

    /// <summary>The highest id that was set, and one.</summary>
    public int Count { get; private set; }

    public bool Has(int id) => (uint)id < (uint)Count && _lengths[id] >= 0;

    public ReadOnlyMemory<byte> this[int id] => Has(id) ? _bytes.AsMemory(_starts[id], _lengths[id]) : default;

    private ReadOnlySpan<byte> Spelling(int id) => _bytes.AsSpan(_starts[id], _lengths[id]);

    /// <summary>Sets or replaces what a token spells.</summary>
    /// <param name="findable">Whether <see cref="Find"/> gives this id for these bytes; false when another has them.</param>
    public bool Set(int id, ReadOnlySpan<byte> spelling, bool findable)
    {
        if ((uint)id >= MaxIds) throw new ModelFormatException($"The token id {id} is out of range: at most {MaxIds} tokens are read.");
        Reserve(id, spelling.Length);
        spelling.CopyTo(_bytes.AsSpan(_used));
        (_starts[id], _lengths[id]) = (_used, spelling.Length);
        _used += spelling.Length;
        return !findable || Index(id);
    }

    /// <summary>The token spelled so, or -1.</summary>
    public int Find(ReadOnlySpan<byte> spelling)
    {
        var mask = _slots.Length - 1;
        for (var slot = ByteHash.Of(spelling) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
            if (Spelling(_slots[slot] - 1).SequenceEqual(spelling)) return _slots[slot] - 1;
        return -1;
    }

    /// <summary>The token of each single byte, or -1.</summary>
    public ImmutableArray<int> FindBytes() => [.. Enumerable.Range(0, 256).Select(value => Find([(byte)value]))];

    private void Reserve(int id, int length)
    {
        if (id >= _starts.Length)
        {
            var old = _starts.Length;
            var wanted = Math.Max(id + 1, Math.Min(MaxIds, old * 2));
            Array.Resize(ref _starts, wanted);
            Array.Resize(ref _lengths, wanted);
            _lengths.AsSpan(old).Fill(-1);
        }
        Count = Math.Max(Count, id + 1);
        if (_bytes.Length - _used < length) Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, _used + length)));
    }

    private bool Index(int id)
    {
        if (Find(Spelling(id)) >= 0) return false;
        if (++_findable * 2 > _slots.Length)
        {
            var old = _slots;
            _slots = new int[old.Length * 2];
            foreach (var entry in old)
                if (entry != 0) Place(entry);
        }
        Place(id + 1);
        return true;
    }

    private void Place(int entry)
    {
        var mask = _slots.Length - 1;
        var slot = ByteHash.Of(Spelling(entry - 1)) & mask;
        while (_slots[slot] != 0) slot = (slot + 1) & mask;
        _slots[slot] = entry;
    }
}
