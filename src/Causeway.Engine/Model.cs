using System.Collections.Immutable;
using Causeway.Engine.Formats;
using Causeway.Engine.Kernels;

namespace Causeway.Engine;

/// <summary>A decoder's weights, packed for multiplication, in the order the forward pass needs them. Immutable and thread-safe once loaded.</summary>
/// <remarks>An embedding that is not the head too is read from the mapped file, a row per token: the tensors must outlive the model.</remarks>
internal sealed class Model : IDisposable
{
    private static readonly EqualityComparer<Rope> SameRope = EqualityComparer<Rope>.Create(
        (a, b) => a!.Magnitude == b!.Magnitude && a.Frequencies.SequenceEqual(b.Frequencies), rope => rope.Frequencies[^1].GetHashCode());

    private readonly StoredTensor? _embedding;

    private Model(ModelConfig config, StoredTensor? embedding)
    {
        (Config, _embedding) = (config, embedding);
        Ropes = [.. config.Layers.Select(layer => layer.Rope).OfType<Rope>().Distinct(SameRope)];
    }

    public ModelConfig Config { get; }

    public ImmutableArray<LayerWeights> Layers { get; private set; }

    /// <summary>[hidden]</summary>
    public required float[] FinalNorm { get; init; }

    /// <summary>[vocabulary, hidden]</summary>
    public required PackedMatrix Head { get; init; }

    /// <summary>The different rotations of the layers; a layer names its own by index.</summary>
    public ImmutableArray<Rope> Ropes { get; }

    /// <summary>The index among <see cref="Ropes"/> of what a layer rotates with; -1 for nothing.</summary>
    public int RopeOf(int layer) => Config.Layers[layer].Rope is { } rope ? Ropes.IndexOf(rope, 0, Ropes.Length, SameRope) : -1;

    /// <summary>Bytes of the packed matrices.</summary>
    public long Bytes => Head.Bytes + Layers.Sum(layer => layer.Bytes);

    /// <param name="progress">Called with the share of layers that are packed, from 0 to 1.</param>
    /// <exception cref="ModelFormatException">A weight is missing or has a shape that the configuration does not say.</exception>
    public static Model Load(ModelConfig config, TensorSet tensors, WorkerPool pool, Action<double>? progress = null, CancellationToken cancel = default)
    {
        var layers = ImmutableArray.CreateBuilder<LayerWeights>(config.Layers.Length);
        PackedMatrix? head = null;
        try
        {
            var embedding = tensors.Get("model.embed_tokens.weight", config.Vocabulary, config.Hidden);
            head = PackedMatrix.Pack(pool, config.TiedHead ? embedding : tensors.Get("lm_head.weight", config.Vocabulary, config.Hidden));
            var model = new Model(config, config.TiedHead ? null : embedding)
            {
                FinalNorm = LayerWeights.Norm(tensors, "model.norm.weight", config.Hidden, config),
                Head = head,
            };
            for (var i = 0; i < config.Layers.Length; i++)
            {
                cancel.ThrowIfCancellationRequested();
                layers.Add(LayerWeights.Load(config, tensors, pool, i, model.RopeOf(i)));
                progress?.Invoke((i + 1.0) / config.Layers.Length);
            }
            model.Layers = layers.MoveToImmutable();
            return model;
        }
        catch
        {
            foreach (var layer in layers) layer.Dispose();
            head?.Dispose();
            throw;
        }
    }

    /// <param name="into">[hidden]</param>
    public void ReadEmbedding(int token, Span<float> into)
    {
        if (_embedding is null) Head.ReadRow(token, into);
        else _embedding.ReadRow(token, into);
    }

    public void Dispose()
    {
        foreach (var layer in Layers) layer.Dispose();
        Head.Dispose();
    }
}
