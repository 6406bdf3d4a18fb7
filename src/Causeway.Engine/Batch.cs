using Causeway.Engine.Adapters;
using Causeway.Engine.Kernels;

namespace Causeway.Engine;

/// <summary>What is wanted of a part's rows beside their keys and values.</summary>
internal enum BatchOutput
{
    None,
    /// <summary>Logits after the last token.</summary>
    LastLogits,
    /// <summary>Logits after every token.</summary>
    AllLogits,
    /// <summary>The last layer's hidden state of every token, after the final norm.</summary>
    AllHidden,
}

/// <summary>Consecutive rows with the same adapter, null for none.</summary>
internal readonly record struct AdapterRows(LoraAdapter? Adapter, int FirstRow, int Rows);

/// <summary>
/// The tokens of one forward pass: pieces of prompts and single tokens of running answers, mixed. A row is a token. Filled by the scheduler, laid out
/// with adapters side by side, read by <see cref="Forward"/>; reused, so that a pass allocates nothing. Not thread-safe.
/// </summary>
internal sealed class Batch
{
    private readonly List<Part> _parts = [];
    private readonly List<int> _staged = [];
    private readonly List<AdapterRows> _groups = [];
    private int[] _tokens = new int[64];
    private int[] _positions = new int[64];
    private int[] _outputRows = new int[64];
    private AttentionSegment[] _segments = new AttentionSegment[16];
    private int[] _pageTable = new int[256];

    /// <summary>Tokens in all parts.</summary>
    public int Rows => _staged.Count;

    public int Parts => _parts.Count;

    /// <summary>[rows]</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Rows);

    /// <summary>[rows]: where each token stands in its sequence.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Rows);

    /// <summary>One for each part.</summary>
    public ReadOnlySpan<AttentionSegment> Segments => _segments.AsSpan(0, Parts);

    /// <summary>The pages of all parts; a segment says where its own start.</summary>
    public ReadOnlySpan<int> PageTable => _pageTable;

    /// <summary>[outputs]: the rows of which something is wanted, those with logits first.</summary>
    public ReadOnlySpan<int> OutputRows => _outputRows.AsSpan(0, Logits + Hidden);

    /// <summary>How many of the outputs are logits.</summary>
    public int Logits { get; private set; }

    /// <summary>How many of the outputs are hidden states.</summary>
    public int Hidden { get; private set; }

    /// <summary>All rows, by adapter.</summary>
    public IReadOnlyList<AdapterRows> Groups => _groups;

    public void Clear()
    {
        _parts.Clear();
        _staged.Clear();
        _groups.Clear();
        (Logits, Hidden) = (0, 0);
    }

    /// <summary>Adds consecutive tokens of a sequence.</summary>
    /// <param name="position">Of the first token; all positions before it are in the cache.</param>
    /// <param name="pages">Of the whole sequence up to the last token; read when the batch is laid out.</param>
    /// <returns>The part's number, to ask for its outputs.</returns>
    public int Add(ReadOnlySpan<int> tokens, int position, List<int> pages, LoraAdapter? adapter, BatchOutput output)
    {
        _parts.Add(new Part(_staged.Count, tokens.Length, position, pages, adapter, output));
        foreach (var token in tokens) _staged.Add(token);
        return _parts.Count - 1;
    }

    /// <summary>The part's first output: its logits are that many rows into the logits, its hidden states into the hidden states.</summary>
    public int FirstOutput(int part) => _parts[part].FirstOutput;

    /// <summary>Orders the rows: parts with the same adapter side by side, else as they were added.</summary>
    public void LayOut()
    {
        Grow();
        var (row, page, segment) = (0, 0, 0);
        for (var start = 0; start < _parts.Count; start++)
        {
            if (_parts[start].Placed) continue;
            var (adapter, first) = (_parts[start].Adapter, row);
            for (var i = start; i < _parts.Count; i++)
            {
                if (_parts[i].Placed || !ReferenceEquals(_parts[i].Adapter, adapter)) continue;
                Place(i, row, segment++, ref page);
                row += _parts[i].Count;
            }
            _groups.Add(new AdapterRows(adapter, first, row - first));
        }
        GatherOutputs();
    }

    private void Place(int index, int row, int segment, ref int page)
    {
        var part = _parts[index];
        for (var i = 0; i < part.Count; i++)
        {
            _tokens[row + i] = _staged[part.Staged + i];
            _positions[row + i] = part.Position + i;
        }
        var pages = KvLayout.PagesFor(part.Position + part.Count);
        for (var i = 0; i < pages; i++) _pageTable[page + i] = part.Pages[i];
        _segments[segment] = new AttentionSegment(row, part.Count, part.Position, page);
        _parts[index] = part with { Placed = true, Row = row };
        page += pages;
    }

    private void GatherOutputs()
    {
        for (var i = 0; i < _parts.Count; i++)
        {
            var part = _parts[i];
            if (part.Output is not (BatchOutput.LastLogits or BatchOutput.AllLogits)) continue;
            _parts[i] = part with { FirstOutput = Logits };
            for (var row = part.Output == BatchOutput.AllLogits ? 0 : part.Count - 1; row < part.Count; row++) _outputRows[Logits++] = part.Row + row;
        }
        for (var i = 0; i < _parts.Count; i++)
        {
            var part = _parts[i];
            if (part.Output != BatchOutput.AllHidden) continue;
            _parts[i] = part with { FirstOutput = Hidden };
            for (var row = 0; row < part.Count; row++) _outputRows[Logits + Hidden++] = part.Row + row;
        }
    }

    private void Grow()
    {
        var pages = 0;
        foreach (var part in _parts) pages += KvLayout.PagesFor(part.Position + part.Count);
        if (_pageTable.Length < pages) _pageTable = new int[2 * pages];
        if (_segments.Length < Parts) _segments = new AttentionSegment[2 * Parts];
        if (_tokens.Length >= Rows) return;
        (_tokens, _positions, _outputRows) = (new int[2 * Rows], new int[2 * Rows], new int[2 * Rows]);
    }

    private readonly record struct Part(int Staged, int Count, int Position, List<int> Pages, LoraAdapter? Adapter, BatchOutput Output)
    {
        public int Row { get; init; }
        public int FirstOutput { get; init; }
        public bool Placed { get; init; }
    }
}
