using System.Numerics.Tensors;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine.Adapters;

/// <summary>The matrices of a layer that an adapter may change.</summary>
internal enum LoraPlace
{
    QueryKeyValue,
    Output,
    GateUp,
    Down,
}

/// <summary>
/// A fine-tuning beside the weights (LoRA, Hu et al. 2021, arXiv:2106.09685). It is never merged into them, so that any number of adapters share one
/// base and a batch mixes them. Whoever made it holds it, and each sequence that uses it; the last to release it frees its memory.
/// </summary>
internal sealed class LoraAdapter
{
    private readonly Dictionary<(int Layer, LoraPlace Place), List<Term>> _terms = [];
    private float[] _low = [], _high = [];
    private readonly IDisposable? _files;
    private int _uses = 1;

    private LoraAdapter(string name, long root, IDisposable? files) => (Name, Root, _files) = (name, root, files);

    public string Name { get; }

    /// <summary>What the first pages of sequences with this adapter hang on in the cache: nothing computed with another one is found.</summary>
    public long Root { get; }

    /// <param name="root">Below -1 and never used before.</param>
    /// <param name="files">What the modules are mapped from: taken over, also when this fails.</param>
    /// <exception cref="ModelFormatException">A module is not one that can be adapted here, or its shapes are not the base's.</exception>
    public static LoraAdapter Create(string name, long root, ModelConfig config, IEnumerable<StoredLora> modules, WorkerPool pool, IDisposable? files = null)
    {
        var adapter = new LoraAdapter(name, root, files);
        try
        {
            foreach (var module in modules) adapter.Add(config, module, pool);
            if (adapter._terms.Count == 0) throw new ModelFormatException($"The adapter {name} changes nothing: it has no A and B matrices.");
            return adapter;
        }
        catch
        {
            adapter.Release();
            throw;
        }
    }

    /// <summary>Adds what the adapter says to one product of the base.</summary>
    /// <param name="x">[rows, in]</param>
    /// <param name="y">[rows, out of all modules of the place]</param>
    public void Add(int layer, LoraPlace place, ReadOnlySpan<float> x, Span<float> y, int rows, WorkerPool pool)
    {
        if (!_terms.TryGetValue((layer, place), out var terms)) return;
        var stride = y.Length / rows;
        foreach (var term in terms)
        {
            var low = Grown(ref _low, rows * term.A.Rows);      // [rows, rank]
            var high = Grown(ref _high, rows * term.B.Rows);    // [rows, out]
            term.A.Multiply(x, low, rows, pool);
            term.B.Multiply(low, high, rows, pool);
            for (var row = 0; row < rows; row++)
            {
                var into = y.Slice((row * stride) + term.Offset, term.B.Rows);
                TensorPrimitives.MultiplyAdd(high.Slice(row * term.B.Rows, term.B.Rows), term.Scale, into, into);
            }
        }
    }

    /// <summary>To be called only by one who knows that somebody holds it, and to be paired with <see cref="Release"/>. Thread-safe.</summary>
    public void Hold() => Interlocked.Increment(ref _uses);

    /// <summary>Thread-safe.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) > 0) return;
        foreach (var term in _terms.Values.SelectMany(terms => terms))
        {
            term.A.Dispose();
            term.B.Dispose();
        }
        _files?.Dispose();
    }

    private static Span<float> Grown(ref float[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new float[length];
        return buffer.AsSpan(0, length);
    }

    private void Add(ModelConfig config, StoredLora module, WorkerPool pool)
    {
        var (queries, keys) = (config.Heads * config.HeadLength, config.KvHeads * config.HeadLength);
        var (place, offset, input, output) = module.Module switch
        {
            "q_proj" => (LoraPlace.QueryKeyValue, 0, config.Hidden, queries),
            "k_proj" => (LoraPlace.QueryKeyValue, queries, config.Hidden, keys),
            "v_proj" => (LoraPlace.QueryKeyValue, queries + keys, config.Hidden, keys),
            "o_proj" => (LoraPlace.Output, 0, queries, config.Hidden),
            "gate_proj" => (LoraPlace.GateUp, 0, config.Hidden, config.FeedForward),
            "up_proj" => (LoraPlace.GateUp, config.FeedForward, config.Hidden, config.FeedForward),
            "down_proj" => (LoraPlace.Down, 0, config.FeedForward, config.Hidden),
            _ => throw new ModelFormatException($"The adapter {Name} changes {module.Module}, which this engine does not adapt: it adapts q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj."),
        };
        if ((uint)module.Layer >= (uint)config.Layers.Length)
            throw new ModelFormatException($"The adapter {Name} changes layer {module.Layer}; the base has the layers 0 to {config.Layers.Length - 1}. It belongs to another model.");
        if (module.A.Columns != input || module.B.Rows != output || module.A.Rows != module.B.Columns)
        {
            throw new ModelFormatException($"The adapter {Name} has A [{string.Join(", ", module.A.Shape)}] and B [{string.Join(", ", module.B.Shape)}] for " +
                $"layer {module.Layer}'s {module.Module}; the base's matrix is [{output}, {input}]. It belongs to another model.");
        }
        if (!_terms.TryGetValue((module.Layer, place), out var terms)) _terms.Add((module.Layer, place), terms = []);
        terms.Add(new Term(PackedMatrix.Pack(pool, module.A), PackedMatrix.Pack(pool, module.B), module.Scale, offset));
    }

    private sealed record Term(PackedMatrix A, PackedMatrix B, float Scale, int Offset);
}
