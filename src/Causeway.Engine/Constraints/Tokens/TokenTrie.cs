namespace Causeway.Engine.Constraints.Tokens;

/// <summary>
/// Byte strings as a trie in depth-first order, in flat arrays: the children of a node lie behind it, and each node knows where what is below
/// it ends. So walking is going forward, and skipping is a jump. Immutable.
/// </summary>
internal sealed class TokenTrie
{
    public const int Root = 0;

    private readonly byte[] _labels;
    private readonly int[] _ends;
    private readonly int[] _firstToken;
    private readonly int[] _tokens;
    private readonly int[] _weights;

    private TokenTrie(byte[] labels, int[] ends, int[] firstToken, int[] tokens, int[] weights) =>
        (_labels, _ends, _firstToken, _tokens, _weights) = (labels, ends, firstToken, tokens, weights);

    public int Nodes => _labels.Length;

    /// <param name="entries">Strings, each with a token that it leads to and a number that goes with it; several may be equal.</param>
    public static TokenTrie Build(IEnumerable<(ReadOnlyMemory<byte> Bytes, int Token, int Weight)> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, (left, right) => left.Bytes.Span.SequenceCompareTo(right.Bytes.Span) is not 0 and var order ? order : left.Token.CompareTo(right.Token));
        var labels = new List<byte> { 0 };
        var ends = new List<int> { 0 };
        var first = new List<int> { 0 };
        var path = new List<int> { Root };
        var before = default(ReadOnlyMemory<byte>);
        for (var i = 0; i < sorted.Length; i++)
        {
            var bytes = sorted[i].Bytes;
            var shared = before.Span.CommonPrefixLength(bytes.Span);
            for (; path.Count > shared + 1; path.RemoveAt(path.Count - 1)) ends[path[^1]] = labels.Count;
            for (var depth = shared; depth < bytes.Length; depth++)
            {
                path.Add(labels.Count);
                labels.Add(bytes.Span[depth]);
                ends.Add(0);
                first.Add(i);
            }
            before = bytes;
        }
        foreach (var node in path) ends[node] = labels.Count;
        first.Add(sorted.Length);
        return new TokenTrie([.. labels], [.. ends], [.. first], [.. sorted.Select(entry => entry.Token)], [.. sorted.Select(entry => entry.Weight)]);
    }

    public byte Label(int node) => _labels[node];

    public static int FirstChild(int node) => node + 1;

    /// <summary>The node behind everything below this one.</summary>
    public int End(int node) => _ends[node];

    public bool HasChildren(int node) => _ends[node] > node + 1;

    /// <summary>The tokens whose string ends at a node.</summary>
    public ReadOnlySpan<int> Tokens(int node) => _tokens.AsSpan(_firstToken[node].._firstToken[node + 1]);

    /// <summary>The numbers beside <see cref="Tokens"/>.</summary>
    public ReadOnlySpan<int> Weights(int node) => _weights.AsSpan(_firstToken[node].._firstToken[node + 1]);

    /// <summary>The tokens of a node and of everything below it.</summary>
    public ReadOnlySpan<int> TokensBelow(int node) => _tokens.AsSpan(_firstToken[node].._firstToken[_ends[node]]);

    /// <summary>The node that a string leads to from another; -1 when none does.</summary>
    public int Find(int node, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            var child = FirstChild(node);
            while (child < End(node) && Label(child) != value) child = End(child);
            if (child >= End(node)) return -1;
            node = child;
        }
        return node;
    }
}
