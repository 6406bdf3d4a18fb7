namespace Causeway.Engine.Tokenizers;

/// <summary>
/// The tokens of words met before. A fixed number of places, the newest word takes its place: bounded, and without locks, since an entry is
/// immutable and a reference is written at once.
/// </summary>
internal sealed class WordCache
{
    private const int Places = 1 << 14;
    private const int LongestWord = 40;

    private readonly Entry?[] _entries = new Entry?[Places];

    public bool TryAdd(ReadOnlySpan<byte> word, List<int> into)
    {
        if (word.Length > LongestWord || Volatile.Read(ref Place(word)) is not { } entry || !word.SequenceEqual(entry.Word)) return false;
        into.AddRange(entry.Tokens);
        return true;
    }

    public void Keep(ReadOnlySpan<byte> word, ReadOnlySpan<int> tokens)
    {
        if (word.Length <= LongestWord) Volatile.Write(ref Place(word), new Entry(word.ToArray(), tokens.ToArray()));
    }

    private ref Entry? Place(ReadOnlySpan<byte> word) => ref _entries[ByteHash.Of(word) & (Places - 1)];

    private sealed record Entry(byte[] Word, int[] Tokens);
}
