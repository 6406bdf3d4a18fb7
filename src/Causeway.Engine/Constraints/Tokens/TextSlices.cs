using Causeway.Engine.Constraints.Frames;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Tokens;

/// <summary>
/// The tokens as they act inside a JSON text in which every character may come: those that stay inside, by how many characters they begin,
/// and those that close it, as a trie of what they have behind the quote. So a mask inside a text is a copy and a short walk.
/// </summary>
internal sealed class TextSlices
{
    private readonly int[][] _byLength;
    private readonly ulong[]?[] _masks;
    private readonly int _words;
    private readonly ulong[] _plain;

    public TextSlices(IEnumerable<(ReadOnlyMemory<byte> Bytes, int Token)> tokens, int size, bool isStrict)
    {
        _words = (size + 63) / 64;
        var inside = new List<List<int>>();
        var closers = new List<(ReadOnlyMemory<byte>, int, int)>();
        var odd = new List<(ReadOnlyMemory<byte>, int, int)>();
        var start = new TextPoint(new Automaton().StateOf(Language.Any));
        foreach (var (bytes, token) in tokens)
        {
            var (length, characters) = Read(bytes.Span, start, isStrict, out var mayStay);
            if (length < bytes.Length) closers.Add((bytes[(length + 1)..], token, characters));
            else if (mayStay)
            {
                while (inside.Count <= characters) inside.Add([]);
                inside[characters].Add(token);
            }
            if (bytes.Span.Contains((byte)'"') || bytes.Span.Contains((byte)'\\')) odd.Add((bytes, token, 0));
        }
        _byLength = [.. inside.Select(list => list.ToArray())];
        _masks = new ulong[]?[Math.Max(_byLength.Length, 1)];
        Closers = TokenTrie.Build(closers);
        Odd = TokenTrie.Build(odd);
        _plain = Inside(int.MaxValue).AsSpan().ToArray();
        foreach (var (_, token, _) in odd) _plain[token >> 6] &= ~(1UL << token);
    }

    /// <summary>What the tokens that close a text have behind the quote, with the characters before it.</summary>
    public TokenTrie Closers { get; }

    /// <summary>The tokens that are made of characters that need no escape.</summary>
    public ReadOnlySpan<ulong> Plain => _plain;

    /// <summary>The tokens that are not made of plain characters alone.</summary>
    public TokenTrie Odd { get; }

    /// <summary>Characters that a token can begin at the most.</summary>
    public int Longest => _byLength.Length - 1;

    /// <summary>The tokens that begin at most so many characters and stay inside.</summary>
    public ulong[] Inside(int most)
    {
        most = Math.Clamp(most, 0, _masks.Length - 1);
        if (_masks[most] is { } known) return known;
        var mask = new ulong[_words];
        for (var length = 0; length <= most && length < _byLength.Length; length++)
            foreach (var token in _byLength[length]) mask[token >> 6] |= 1UL << token;
        return _masks[most] = mask;
    }

    // Up to the closing quote or the end; a character counts once it has begun.
    private static (int Length, int Characters) Read(ReadOnlySpan<byte> bytes, TextPoint point, bool isStrict, out bool mayStay)
    {
        var characters = 0;
        mayStay = true;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '"' && point.IsWhole) return (i, characters);
            if (point.IsWhole) characters++;
            if (!point.TryStep(bytes[i], isStrict, out var next))
            {
                mayStay = false;
                return (bytes.Length, characters);
            }
            point = next;
        }
        return (bytes.Length, characters);
    }
}
