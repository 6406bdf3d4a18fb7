using Causeway.Engine.Constraints.Frames;
using Causeway.Engine.Constraints.Languages;

namespace Causeway.Engine.Constraints.Tokens;

/// <summary>Collects the tokens that one frame allows: a mask that is shared, some tokens more, some less. For one frame; not thread-safe.</summary>
internal sealed class TrieWalk(ConstraintVocabulary vocabulary, TextMemo memo)
{
    private readonly Stack<FrameSet> _sets = [];
    private readonly List<int> _tokens = [];
    private List<int>? _without;
    private int _least;
    private int _most = int.MaxValue;

    public ConstraintVocabulary Vocabulary => vocabulary;

    public TokenTrie Trie { get; private set; } = vocabulary.Trie;

    /// <summary>The tokens of a frame.</summary>
    public static TokenSet Of(Frame frame, ConstraintVocabulary vocabulary, TextMemo memo)
    {
        var walk = new TrieWalk(vocabulary, memo);
        frame.Collect(walk, TokenTrie.Root);
        walk.CollectSpecials(frame);
        return new TokenSet(walk.Base, [.. walk._tokens], walk._without?.ToArray() ?? []);
    }

    public ulong[]? Base { get; set; }

    /// <summary>Whether a node is where whole tokens begin.</summary>
    public bool IsStart(int node) => node == TokenTrie.Root && ReferenceEquals(Trie, vocabulary.Trie);

    public void Mark(int node)
    {
        if (_most == int.MaxValue && _least == 0)
        {
            _tokens.AddRange(Trie.Tokens(node));
            return;
        }
        var tokens = Trie.Tokens(node);
        var weights = Trie.Weights(node);
        for (var i = 0; i < tokens.Length; i++)
            if (weights[i] >= _least && weights[i] <= _most) _tokens.Add(tokens[i]);
    }

    public void Remove(ReadOnlySpan<int> tokens) => (_without ??= []).AddRange(tokens);

    public FrameSet Rent() => _sets.TryPop(out var set) ? set : new FrameSet();

    public void Return(FrameSet set)
    {
        set.Clear();
        _sets.Push(set);
    }

    /// <summary>From a place between characters, all tokens.</summary>
    public void CollectText(LanguageState state, bool isStrict, Frame[] after)
    {
        if (state.Free is { } free)
        {
            CollectFree(free, isStrict ? vocabulary.StrictTexts : vocabulary.Texts, after);
            return;
        }
        foreach (var slice in memo.Of(state, isStrict, vocabulary))
        {
            Base ??= slice.Inside;
            _tokens.AddRange(slice.Few);
            Trie = slice.Trie;
            foreach (var node in slice.Closers) CollectBehind(node, after);
        }
        Trie = vocabulary.Trie;
    }

    /// <summary>Below a node of the trie, in the midst of a token.</summary>
    public void CollectText(TextPoint point, int node, bool isStrict, Frame[] after)
    {
        for (var child = TokenTrie.FirstChild(node); child < Trie.End(node); child = Trie.End(child))
        {
            var value = Trie.Label(child);
            if (value == '"' && point.IsWhole)
            {
                if (point.State.Accepts) CollectBehind(child, after);
            }
            else if (point.TryStep(value, isStrict, out var next))
            {
                Mark(child);
                if (Trie.HasChildren(child)) CollectText(next, child, isStrict, after);
            }
        }
    }

    /// <summary>From a place between characters, where some texts are taken.</summary>
    /// <param name="state">The place.</param>
    /// <param name="taken">What tokens may not begin with.</param>
    /// <param name="after">What goes on behind the text.</param>
    /// <param name="whole">The frame itself.</param>
    public void CollectUnique(LanguageState state, IEnumerable<byte[]> taken, Frame[] after, Frame whole)
    {
        CollectText(state, isStrict: true, after);
        // A token that also has the next text whole, with three quotes, may repeat what it closed itself.
        _tokens.RemoveAll(token => vocabulary.BytesOf(token).Count((byte)'"') > 2 && !CanRead(whole, vocabulary.BytesOf(token)));
        foreach (var rest in taken)
            if (vocabulary.Trie.Find(TokenTrie.Root, rest) is >= 0 and var node) Remove(vocabulary.Trie.TokensBelow(node));
    }

    private static bool CanRead(Frame frame, ReadOnlySpan<byte> bytes)
    {
        var frames = new FrameSet();
        frames.Add(frame);
        return Reading.Bytes(frames, bytes).Count > 0;
    }

    private void CollectFree(Repeated free, TextSlices slices, Frame[] after)
    {
        Base = slices.Inside(free.Max);
        (Trie, _least, _most) = (slices.Closers, free.Min, free.Max);
        // The root of the closers is where a quote was the last byte.
        CollectBehind(TokenTrie.Root, after);
        (Trie, _least, _most) = (vocabulary.Trie, 0, int.MaxValue);
    }

    private void CollectBehind(int node, Frame[] after)
    {
        Mark(node);
        if (!Trie.HasChildren(node)) return;
        var set = Rent();
        foreach (var frame in after) set.Add(frame);
        for (var i = 0; i < set.Count; i++) set[i].Collect(this, node);
        Return(set);
    }

    private void CollectSpecials(Frame frame)
    {
        var set = Rent();
        foreach (var token in vocabulary.Specials)
        {
            frame.StepSpecial(vocabulary.BytesOf(token), set);
            if (set.Count > 0) _tokens.Add(token);
            set.Clear();
        }
    }
}
