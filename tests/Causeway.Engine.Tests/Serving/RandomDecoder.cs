using System.Collections.Concurrent;
using System.Collections.Immutable;
using Causeway.Engine.Formats;
using Causeway.Engine.Serving;
using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Serving;

/// <summary>A decoder of some family with random weights, in memory.</summary>
internal sealed unsafe class RandomDecoder
{
    // Tensors are addresses: whoever reads them does not keep the memory.
    private static readonly ConcurrentBag<float[]> _kept = [];

    private readonly Random _random;
    private readonly Dictionary<string, float[]> _pinned = [];
    private readonly List<StoredTensor> _tensors = [];

    public RandomDecoder(Architecture architecture = Architecture.Llama, int vocabulary = 97, int context = 256, int seed = 1)
    {
        _random = new Random(seed);
        Config = ConfigOf(architecture, vocabulary, context);
        Fill();
        Tensors = new TensorSet(_tensors, []);
    }

    public ModelConfig Config { get; }

    public TensorSet Tensors { get; }

    public LoadedModel Load(LoadOptions? options = null, params IReadOnlyList<int> endTokens) =>
        LoadedModel.Load(Config, Tensors, endTokens, options ?? new LoadOptions { Threads = 1, ContextTokens = Config.Context, AvailableBytes = 1L << 30 });

    /// <summary>Bytes of keys and values for so many pages.</summary>
    public long Pages(int pages) => pages * KvCache.PageBytes(Config);

    public StoredTensor Tensor(string name, float spread, params ReadOnlySpan<int> shape)
    {
        var numbers = GC.AllocateArray<float>(shape.ToArray().Aggregate(1, (a, b) => a * b), pinned: true);
        for (var i = 0; i < numbers.Length; i++) numbers[i] = spread * ((2 * _random.NextSingle()) - 1);
        return Tensor(name, numbers, shape);
    }

    public StoredTensor Tensor(string name, float[] pinned, params ReadOnlySpan<int> shape)
    {
        _kept.Add(pinned);
        _pinned[_pinned.ContainsKey(name) ? $"{name} {_pinned.Count}" : name] = pinned;
        fixed (float* data = pinned) return new StoredTensor(name, TensorType.F32, [.. shape], (byte*)data);
    }

    /// <summary>A weight's numbers, to be changed before the model is loaded.</summary>
    public float[] Numbers(string name) => _pinned[name];

    private static ModelConfig ConfigOf(Architecture architecture, int vocabulary, int context)
    {
        var shape = new TinyShape();
        var gemma = architecture == Architecture.Gemma3;
        var rope = new Rope(Frequencies(shape.HeadLength, 10_000));
        var local = new Rope(Frequencies(shape.HeadLength, 100));
        return new ModelConfig
        {
            Architecture = architecture,
            Vocabulary = vocabulary,
            Hidden = shape.Hidden,
            FeedForward = shape.FeedForward,
            Heads = shape.Heads,
            KvHeads = shape.KvHeads,
            HeadLength = shape.HeadLength,
            Context = context,
            Layers = [.. Enumerable.Range(0, 3).Select(i => architecture switch
            {
                Architecture.SmolLM3 => new LayerConfig(i == 1 ? null : rope, null),
                Architecture.Gemma3 => i == 1 ? new LayerConfig(rope, null) : new LayerConfig(local, 5),
                _ => new LayerConfig(rope, null),
            })],
            NormEpsilon = 1e-5f,
            Activation = gemma ? Activation.GeluTanh : Activation.Silu,
            AttentionScale = gemma ? 0.2f : 1 / MathF.Sqrt(shape.HeadLength),
            EmbeddingScale = gemma ? MathF.Sqrt(shape.Hidden) : 1,
            TiedHead = architecture is not Architecture.Llama,
            AttentionBias = architecture == Architecture.Qwen2,
            QueryKeyNorm = architecture is Architecture.Qwen3 or Architecture.Gemma3,
            PostNorms = gemma,
            NormWeightOffset = gemma ? 1 : 0,
        };
    }

    private static ImmutableArray<float> Frequencies(int headLength, double theta) =>
        [.. Enumerable.Range(0, headLength / 2).Select(i => (float)Math.Pow(theta, -2.0 * i / headLength))];

    private void Fill()
    {
        var c = Config;
        Add("model.embed_tokens.weight", c.EmbeddingScale == 1 ? 1 : 0.3f, c.Vocabulary, c.Hidden);
        Norm("model.norm.weight", c.Hidden);
        if (!c.TiedHead) Add("lm_head.weight", 0.5f, c.Vocabulary, c.Hidden);
        var names = new List<string> { "input_layernorm", "post_attention_layernorm" };
        if (c.PostNorms) names.AddRange(["pre_feedforward_layernorm", "post_feedforward_layernorm"]);
        for (var i = 0; i < c.Layers.Length; i++)
        {
            var at = $"model.layers.{i}.";
            foreach (var name in names) Norm($"{at}{name}.weight", c.Hidden);
            Add(at + "self_attn.q_proj.weight", 0.3f, c.Heads * c.HeadLength, c.Hidden);
            Add(at + "self_attn.k_proj.weight", 0.3f, c.KvHeads * c.HeadLength, c.Hidden);
            Add(at + "self_attn.v_proj.weight", 0.3f, c.KvHeads * c.HeadLength, c.Hidden);
            Add(at + "self_attn.o_proj.weight", 0.1f, c.Hidden, c.Heads * c.HeadLength);
            Add(at + "mlp.gate_proj.weight", 0.2f, c.FeedForward, c.Hidden);
            Add(at + "mlp.up_proj.weight", 0.2f, c.FeedForward, c.Hidden);
            Add(at + "mlp.down_proj.weight", 0.2f, c.Hidden, c.FeedForward);
            if (c.QueryKeyNorm)
            {
                Norm(at + "self_attn.q_norm.weight", c.HeadLength);
                Norm(at + "self_attn.k_norm.weight", c.HeadLength);
            }
            if (!c.AttentionBias) continue;
            Add(at + "self_attn.q_proj.bias", 0.5f, c.Heads * c.HeadLength);
            Add(at + "self_attn.k_proj.bias", 0.5f, c.KvHeads * c.HeadLength);
            Add(at + "self_attn.v_proj.bias", 0.5f, c.KvHeads * c.HeadLength);
        }
    }

    private void Norm(string name, int length)
    {
        var numbers = GC.AllocateArray<float>(length, pinned: true);
        for (var i = 0; i < length; i++) numbers[i] = 1 - Config.NormWeightOffset + (0.2f * ((2 * _random.NextSingle()) - 1));
        _tensors.Add(Tensor(name, numbers, length));
    }

    private void Add(string name, float spread, params ReadOnlySpan<int> shape) => _tensors.Add(Tensor(name, spread, shape));
}
