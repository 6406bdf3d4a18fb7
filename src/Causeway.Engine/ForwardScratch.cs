namespace Causeway.Engine;

/// <summary>The buffers between the steps of a pass; they grow to the largest pass and stay.</summary>
internal sealed class ForwardScratch(Model model)
{
    private float[] _x = [], _h = [], _qkv = [], _a = [], _gateUp = [], _f = [], _cosines = [], _sines = [], _out = [], _logits = [];

    public Span<float> AllLogits => _logits;
    public Span<float> AllOut => _out;

    /// <summary>Bytes that passes of so many rows and logits need: for the estimate before loading.</summary>
    public static long Bytes(Formats.ModelConfig c, int rows, int logits)
    {
        var row = (3L * c.Hidden) + ((2L * c.Heads) + (2 * c.KvHeads) + 2) * c.HeadLength + (3L * c.FeedForward);
        return 4 * ((rows * row) + ((long)logits * c.Vocabulary));
    }

    public ForwardRows For(int rows, int outputs, int logits)
    {
        var c = model.Config;
        var half = c.HeadLength / 2;
        return new ForwardRows
        {
            Rows = rows,
            X = Grown(ref _x, rows, c.Hidden),
            H = Grown(ref _h, rows, c.Hidden),
            Qkv = Grown(ref _qkv, rows, (c.Heads + (2 * c.KvHeads)) * c.HeadLength),
            A = Grown(ref _a, rows, c.Heads * c.HeadLength),
            GateUp = Grown(ref _gateUp, rows, 2 * c.FeedForward),
            F = Grown(ref _f, rows, c.FeedForward),
            Cosines = Grown(ref _cosines, rows, model.Ropes.Length * half),
            Sines = Grown(ref _sines, rows, model.Ropes.Length * half),
            Out = Grown(ref _out, outputs, c.Hidden),
            Logits = Grown(ref _logits, logits, c.Vocabulary),
        };
    }

    private static Span<float> Grown(ref float[] buffer, int rows, int length)
    {
        var needed = checked(rows * length);
        if (buffer.Length < needed) buffer = GC.AllocateUninitializedArray<float>(needed, pinned: true);
        return buffer.AsSpan(0, needed);
    }
}

/// <summary>The buffers of one pass, cut to its size.</summary>
internal readonly ref struct ForwardRows
{
    /// <summary>n</summary>
    public int Rows { get; init; }

    /// <summary>[n, hidden]: the residual stream.</summary>
    public Span<float> X { get; init; }

    /// <summary>[n, hidden]: what goes into a block and comes out.</summary>
    public Span<float> H { get; init; }

    /// <summary>[n, (heads + 2·kvHeads)·headLength]</summary>
    public Span<float> Qkv { get; init; }

    /// <summary>[n, heads·headLength]: what attention says.</summary>
    public Span<float> A { get; init; }

    /// <summary>[n, 2·feedForward]</summary>
    public Span<float> GateUp { get; init; }

    /// <summary>[n, feedForward]</summary>
    public Span<float> F { get; init; }

    /// <summary>[ropes, n, headLength/2]</summary>
    public Span<float> Cosines { get; init; }

    /// <summary>[ropes, n, headLength/2]</summary>
    public Span<float> Sines { get; init; }

    /// <summary>[outputs, hidden]</summary>
    public Span<float> Out { get; init; }

    /// <summary>[logits, vocabulary]</summary>
    public Span<float> Logits { get; init; }
}
