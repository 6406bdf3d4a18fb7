using Causeway.Engine.Formats;

namespace Causeway.Engine;

/// <summary>The buffers between the steps of a pass. They grow to the largest pass and stay; each is cut to the pass that was begun last.</summary>
internal sealed class ForwardScratch(Model model)
{
    private readonly ModelConfig _c = model.Config;
    private float[] _x = [], _h = [], _qkv = [], _a = [], _gateUp = [], _f = [], _cosines = [], _sines = [], _out = [], _logits = [];
    private int _outputs;
    private int _logitRows;

    /// <summary>n</summary>
    public int Rows { get; private set; }

    /// <summary>[n, hidden]: the residual stream.</summary>
    public Span<float> X => _x.AsSpan(0, Rows * _c.Hidden);

    /// <summary>[n, hidden]: what goes into a block and comes out.</summary>
    public Span<float> H => _h.AsSpan(0, Rows * _c.Hidden);

    /// <summary>[n, (heads + 2·kvHeads)·headLength]</summary>
    public Span<float> Qkv => _qkv.AsSpan(0, Rows * QkvLength);

    /// <summary>[n, heads·headLength]: what attention says.</summary>
    public Span<float> A => _a.AsSpan(0, Rows * _c.Heads * _c.HeadLength);

    /// <summary>[n, 2·feedForward]</summary>
    public Span<float> GateUp => _gateUp.AsSpan(0, Rows * 2 * _c.FeedForward);

    /// <summary>[n, feedForward]</summary>
    public Span<float> F => _f.AsSpan(0, Rows * _c.FeedForward);

    /// <summary>[ropes, n, headLength/2]</summary>
    public Span<float> Cosines => _cosines.AsSpan(0, Rows * AnglesLength);

    /// <summary>[ropes, n, headLength/2]</summary>
    public Span<float> Sines => _sines.AsSpan(0, Rows * AnglesLength);

    /// <summary>[outputs, hidden]</summary>
    public Span<float> Out => _out.AsSpan(0, _outputs * _c.Hidden);

    /// <summary>[logits, vocabulary]</summary>
    public Span<float> Logits => _logits.AsSpan(0, _logitRows * _c.Vocabulary);

    private int QkvLength => (_c.Heads + (2 * _c.KvHeads)) * _c.HeadLength;

    private int AnglesLength => model.Ropes.Length * _c.HeadLength / 2;

    /// <summary>Bytes that passes of so many rows and logits need: for the estimate before loading.</summary>
    public static long Bytes(ModelConfig c, int rows, int logits)
    {
        var row = (3L * c.Hidden) + (((2L * c.Heads) + (2 * c.KvHeads) + 2) * c.HeadLength) + (3L * c.FeedForward);
        return 4 * ((rows * row) + ((long)logits * c.Vocabulary));
    }

    /// <summary>Makes room for a pass.</summary>
    public void Begin(int rows, int outputs, int logits)
    {
        (Rows, _outputs, _logitRows) = (rows, outputs, logits);
        Grow(ref _x, rows, _c.Hidden);
        Grow(ref _h, rows, _c.Hidden);
        Grow(ref _qkv, rows, QkvLength);
        Grow(ref _a, rows, _c.Heads * _c.HeadLength);
        Grow(ref _gateUp, rows, 2 * _c.FeedForward);
        Grow(ref _f, rows, _c.FeedForward);
        Grow(ref _cosines, rows, AnglesLength);
        Grow(ref _sines, rows, AnglesLength);
        Grow(ref _out, outputs, _c.Hidden);
        Grow(ref _logits, logits, _c.Vocabulary);
    }

    private static void Grow(ref float[] buffer, int rows, int length)
    {
        var needed = checked(rows * length);
        if (buffer.Length < needed) buffer = GC.AllocateUninitializedArray<float>(needed, pinned: true);
    }
}
