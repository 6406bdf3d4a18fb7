using System.Buffers;
using System.Numerics;

namespace Causeway.Wire.Json;

/// <summary>
/// Finds duplicate member names while a document is read, in every object that is open at once. Small objects are compared one by
/// one, large ones through a hash table, so time and memory are linear in the document. One per thread, reused: no allocation for
/// ordinary documents.
/// </summary>
internal sealed class MemberNames
{
    private const int LinearLimit = 16;
    private const int KeptNames = 4096;

    private static readonly SearchValues<byte> s_foldable = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(b => b is >= 'A' and <= 'Z' or >= 0x80).Select(b => (byte)b)]);

    [ThreadStatic]
    private static MemberNames? t_kept;

    private readonly OpenObject[] _objects = new OpenObject[WireJson.MaxDepth + 2];
    private Name[] _names = ArrayPool<Name>.Shared.Rent(256);
    private int _objectCount;
    private int _nameCount;

    private MemberNames() { }

    /// <summary>To be given back by <see cref="Return"/> on the same thread.</summary>
    public static MemberNames Rent()
    {
        var names = t_kept ?? new MemberNames();
        t_kept = null;
        return names;
    }

    public void Return()
    {
        while (_objectCount > 0) Close();
        if (_names.Length > KeptNames) Resize(256);
        t_kept = this;
    }

    /// <summary>An object begins; its names are kept apart until <see cref="Close"/>.</summary>
    public void Open() => _objects[_objectCount++] = new OpenObject { FirstName = _nameCount };

    public void Close()
    {
        ref var closed = ref _objects[--_objectCount];
        _nameCount = closed.FirstName;
        if (closed.Slots is not { } slots) return;
        ArrayPool<int>.Shared.Return(slots);
        closed.Slots = null;
    }

    /// <summary>Adds a name to the innermost object; false when it has that name already.</summary>
    /// <param name="document">The document that the range points into; the same in every call until <see cref="Return"/>.</param>
    /// <param name="range">The raw name without quotes.</param>
    /// <param name="escaped">Whether the raw name has escapes.</param>
    /// <param name="ignoreCase">Whether names that differ in case are the same; the same for all names of one object.</param>
    public bool TryAdd(ReadOnlySpan<byte> document, ByteRange range, bool escaped, bool ignoreCase)
    {
        ref var current = ref _objects[_objectCount - 1];
        var name = new Name(HashOf(document, range, escaped, ignoreCase), range, escaped);
        var count = _nameCount - current.FirstName;
        if (count == LinearLimit) BuildSlots(ref current);
        var isNew = current.Slots is null
            ? !IsAmong(_names.AsSpan(current.FirstName, count), name, document, ignoreCase)
            : TryTakeSlot(ref current, name, document, ignoreCase);
        if (!isNew) return false;
        if (_nameCount == _names.Length) Resize(_names.Length * 2);
        _names[_nameCount++] = name;
        return true;
    }

    private static bool IsAmong(ReadOnlySpan<Name> names, in Name name, ReadOnlySpan<byte> document, bool ignoreCase)
    {
        foreach (ref readonly var other in names)
            if (other.Hash == name.Hash && AreSame(document, other, name, ignoreCase)) return true;
        return false;
    }

    private bool TryTakeSlot(ref OpenObject current, in Name name, ReadOnlySpan<byte> document, bool ignoreCase)
    {
        var count = _nameCount - current.FirstName;
        if (count * 2 > current.SlotMask) BuildSlots(ref current);
        var slots = current.Slots.AsSpan();
        var slot = (int)name.Hash & current.SlotMask;
        for (; slots[slot] != 0; slot = (slot + 1) & current.SlotMask)
        {
            ref readonly var other = ref _names[current.FirstName + slots[slot] - 1];
            if (other.Hash == name.Hash && AreSame(document, other, name, ignoreCase)) return false;
        }
        slots[slot] = count + 1;
        return true;
    }

    private void BuildSlots(ref OpenObject current)
    {
        var count = _nameCount - current.FirstName;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)count * 4);
        if (current.Slots is { } old) ArrayPool<int>.Shared.Return(old);
        current.Slots = ArrayPool<int>.Shared.Rent(size);
        current.SlotMask = size - 1;
        var slots = current.Slots.AsSpan(0, size);
        slots.Clear();
        for (var i = 0; i < count; i++)
        {
            var slot = (int)_names[current.FirstName + i].Hash & current.SlotMask;
            while (slots[slot] != 0) slot = (slot + 1) & current.SlotMask;
            slots[slot] = i + 1;
        }
    }

    private void Resize(int size)
    {
        var names = ArrayPool<Name>.Shared.Rent(size);
        _names.AsSpan(0, _nameCount).CopyTo(names);
        ArrayPool<Name>.Shared.Return(_names);
        _names = names;
    }

    private static uint HashOf(ReadOnlySpan<byte> document, ByteRange range, bool escaped, bool ignoreCase)
    {
        var raw = range.In(document);
        if (!escaped && !(ignoreCase && raw.ContainsAny(s_foldable))) return (uint)ByteHash.Of(raw);
        using var name = new CanonicalName(raw, ignoreCase, stackalloc byte[CanonicalName.InlineLength]);
        return (uint)ByteHash.Of(name.Bytes);
    }

    private static bool AreSame(ReadOnlySpan<byte> document, in Name a, in Name b, bool ignoreCase)
    {
        if (!a.Escaped && !b.Escaped && !ignoreCase) return a.Range.In(document).SequenceEqual(b.Range.In(document));
        using var left = new CanonicalName(a.Range.In(document), ignoreCase, stackalloc byte[CanonicalName.InlineLength]);
        using var right = new CanonicalName(b.Range.In(document), ignoreCase, stackalloc byte[CanonicalName.InlineLength]);
        return left.Bytes.SequenceEqual(right.Bytes);
    }

    private struct OpenObject
    {
        public int FirstName;
        public int[]? Slots;
        public int SlotMask;
    }

    private readonly record struct Name(uint Hash, ByteRange Range, bool Escaped);

    /// <summary>A name without its escapes and, if asked, without its case.</summary>
    private ref struct CanonicalName
    {
        public const int InlineLength = 128;
        private readonly byte[]? _rented;
        private readonly Span<byte> _bytes;

        public CanonicalName(ReadOnlySpan<byte> raw, bool ignoreCase, Span<byte> inline)
        {
            _rented = raw.Length > inline.Length ? ArrayPool<byte>.Shared.Rent(raw.Length) : null;
            var room = _rented ?? inline;
            _bytes = room[..JsonText.Unescape(raw, room)];
            if (ignoreCase) Fold(ref _bytes);
        }

        public readonly ReadOnlySpan<byte> Bytes => _bytes;

        public readonly void Dispose()
        {
            if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        }

        // Every name that OpenAI's dialect knows is ASCII. Two letters beyond ASCII fold into it (U+017F to s, U+212A to k), and
        // some servers do fold them: those count too.
        private static void Fold(ref Span<byte> name)
        {
            var written = 0;
            for (var i = 0; i < name.Length; i++)
            {
                var rest = name[i..];
                if (rest.StartsWith("\u017F"u8)) (name[written++], i) = ((byte)'s', i + 1);
                else if (rest.StartsWith("\u212A"u8)) (name[written++], i) = ((byte)'k', i + 2);
                else name[written++] = (byte)(rest[0] is >= (byte)'A' and <= (byte)'Z' ? rest[0] | 0x20 : rest[0]);
            }
            name = name[..written];
        }
    }
}
