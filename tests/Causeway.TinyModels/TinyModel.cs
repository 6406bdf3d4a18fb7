namespace Causeway.TinyModels;

/// <summary>
/// A decoder with random weights, for tests: the same seed gives the same weights on every machine. It is written as a folder in Hugging Face's
/// layout (<see cref="WriteFolder"/>) or as a GGUF file (<see cref="WriteGguf"/>) with nothing but the base class library, so that what reads
/// those files is tested against something that does not share its mistakes. Immutable and thread-safe.
/// </summary>
public sealed class TinyModel
{
    /// <summary>The stretch of every scaled model here, and the context it is said to be trained on.</summary>
    public const double RopeFactor = 4;
    public const int RopeOriginalContext = 64;

    /// <summary>Llama 3's: waves with fewer turns than the low one are stretched, with more than the high one left alone.</summary>
    public const double RopeLowFactor = 1;
    public const double RopeHighFactor = 4;

    private TinyModel(TinyArchitecture architecture, TinyShape shape, TinyTokenizer tokenizer, IReadOnlyList<TinyTensor> tensors) =>
        (Architecture, Shape, Tokenizer, Tensors) = (architecture, shape, tokenizer, tensors);

    public TinyArchitecture Architecture { get; }
    public TinyShape Shape { get; }
    public TinyTokenizer Tokenizer { get; }

    /// <summary>In Hugging Face's order of rows, also for what a GGUF file permutes; Gemma's norms without the 1.</summary>
    public IReadOnlyList<TinyTensor> Tensors { get; }

    /// <summary>The base of the rotation, those of Gemma 3's sliding layers aside (10,000): the published models'.</summary>
    public double Theta => Architecture switch
    {
        TinyArchitecture.Llama => 500_000,
        TinyArchitecture.SmolLM3 => 5_000_000,
        _ => 1_000_000,
    };

    public double Epsilon => Architecture == TinyArchitecture.Llama ? 1e-5 : 1e-6;

    public int Layers => Shape.LayersOf(Architecture);
    public bool TiedHead => Shape.TiedHeadOf(Architecture);
    public TinyRope Rope => Shape.RopeOf(Architecture);

    /// <summary>Rows of the embedding; a few more than the tokenizer has tokens, as in published models.</summary>
    public int Vocabulary => Tokenizer.PaddedCount;

    public string ChatTemplate => Architecture == TinyArchitecture.Gemma3 ? TinyTemplates.Gemma : TinyTemplates.Qwen3;

    /// <param name="tokenizer">Null for SentencePiece with Gemma and byte-level BPE elsewhere.</param>
    public static TinyModel Create(TinyArchitecture architecture, ulong seed = 1, TinyShape? shape = null, TinyTokenizer? tokenizer = null)
    {
        shape ??= new TinyShape();
        tokenizer ??= architecture switch
        {
            TinyArchitecture.Gemma3 => TinyTokenizer.Gemma,
            TinyArchitecture.Llama or TinyArchitecture.SmolLM3 => TinyTokenizer.Llama3,
            _ => TinyTokenizer.Qwen,
        };
        return new TinyModel(architecture, shape, tokenizer, [.. Weights(architecture, shape, tokenizer.PaddedCount, new TinyRandom(seed))]);
    }

    public TinyTensor Tensor(string name) => Tensors.Single(tensor => tensor.Name == name);

    /// <summary>The same model with its weights as a folder of that type gives them back: every tensor rounded.</summary>
    public TinyModel AsInFolder(TinyType type) => With(tensor => tensor with { Values = Quantize.Rounded(type, tensor.Values) });

    /// <summary>The same model with its weights as a GGUF file of that type gives them back: matrices rounded, vectors left in F32.</summary>
    public TinyModel AsInGguf(TinyType type) =>
        With(tensor => tensor.IsVector ? tensor : tensor with { Values = Quantize.Rounded(type, tensor.Values) });

    /// <summary>Writes config.json, model.safetensors (or shards and their index), tokenizer.json, tokenizer_config.json and generation_config.json.</summary>
    /// <param name="type">F32, F16 or BF16.</param>
    public void WriteFolder(string folder, TinyType type = TinyType.F32, int shards = 1) => FolderWriter.Write(this, folder, type, shards);

    /// <summary>Writes one file, or <c>NAME-00001-of-0000N.gguf</c> and so on beside each other when it is split.</summary>
    /// <returns>The file to open: the first.</returns>
    public string WriteGguf(string path, TinyType type = TinyType.F32, int splits = 1) => GgufWriter.Write(this, path, type, splits);

    /// <summary>The same model with other weights.</summary>
    public TinyModel With(Func<TinyTensor, TinyTensor> change) => new(Architecture, Shape, Tokenizer, [.. Tensors.Select(change)]);

    private static IEnumerable<TinyTensor> Weights(TinyArchitecture architecture, TinyShape shape, int vocabulary, TinyRandom random)
    {
        var gemma = architecture == TinyArchitecture.Gemma3;
        TinyTensor Matrix(string name, int rows, int columns) =>
            new(name, [rows, columns], random.Normals(rows * columns, 0, 1 / MathF.Sqrt(columns)));
        TinyTensor Norm(string name, int length) => new(name, [length], random.Normals(length, gemma ? 0 : 1, 0.2f));

        yield return Matrix("model.embed_tokens.weight", vocabulary, shape.Hidden);
        for (var layer = 0; layer < shape.LayersOf(architecture); layer++)
        {
            var prefix = $"model.layers.{layer}";
            foreach (var norm in gemma ? _gemmaNorms : _norms) yield return Norm($"{prefix}.{norm}.weight", shape.Hidden);
            foreach (var (name, rows) in new[] { ("q", shape.Heads), ("k", shape.KvHeads), ("v", shape.KvHeads) })
            {
                yield return Matrix($"{prefix}.self_attn.{name}_proj.weight", rows * shape.HeadLength, shape.Hidden);
                if (architecture == TinyArchitecture.Qwen2)
                    yield return new TinyTensor($"{prefix}.self_attn.{name}_proj.bias", [rows * shape.HeadLength], random.Normals(rows * shape.HeadLength, 0, 0.3f));
            }
            if (architecture is TinyArchitecture.Qwen3 or TinyArchitecture.Gemma3)
                foreach (var name in new[] { "q", "k" }) yield return Norm($"{prefix}.self_attn.{name}_norm.weight", shape.HeadLength);
            yield return Matrix($"{prefix}.self_attn.o_proj.weight", shape.Hidden, shape.Heads * shape.HeadLength);
            yield return Matrix($"{prefix}.mlp.gate_proj.weight", shape.FeedForward, shape.Hidden);
            yield return Matrix($"{prefix}.mlp.up_proj.weight", shape.FeedForward, shape.Hidden);
            yield return Matrix($"{prefix}.mlp.down_proj.weight", shape.Hidden, shape.FeedForward);
        }
        yield return Norm("model.norm.weight", shape.Hidden);
        if (!shape.TiedHeadOf(architecture)) yield return Matrix("lm_head.weight", vocabulary, shape.Hidden);
    }

    private static readonly string[] _norms = ["input_layernorm", "post_attention_layernorm"];
    private static readonly string[] _gemmaNorms =
        ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"];
}
