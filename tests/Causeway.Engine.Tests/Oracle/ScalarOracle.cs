using Causeway.TinyModels;

namespace Causeway.Engine.Tests.Oracle;

/// <summary>
/// A decoder in double precision, one number after the other, written from what is published of the five architectures and not from the engine:
/// every position is computed anew in every layer, nothing is cached, packed or shared.
/// </summary>
/// <param name="model">With its weights as the file gives them back.</param>
/// <param name="keep">What a cache makes of a key's or value's number, for holding one that rounds to 16 bits to account exactly; null for nothing.</param>
internal sealed class ScalarOracle(TinyModel model, TinyAdapter? adapter = null, Func<KvPlace, double, double>? keep = null)
{
    private readonly bool _gemma = model.Architecture == TinyArchitecture.Gemma3;
    private readonly Dictionary<string, TinyTensor> _weights = model.Tensors.ToDictionary(tensor => tensor.Name);

    /// <summary>[positions][vocabulary]: what may follow each token.</summary>
    public double[][] Logits(IReadOnlyList<int> tokens)
    {
        var states = tokens.Select(Embedding).ToArray();
        for (var layer = 0; layer < model.Layers; layer++) states = Layer(layer, states);
        var head = model.TiedHead ? "model.embed_tokens.weight" : "lm_head.weight";
        return [.. states.Select(state => Product(head, Norm("model.norm.weight", state)))];
    }

    private double[] Embedding(int token)
    {
        var scale = _gemma ? Math.Sqrt(model.Shape.Hidden) : 1;
        return [.. Enumerable.Range(0, model.Shape.Hidden).Select(i => scale * _weights["model.embed_tokens.weight"].Values[(token * model.Shape.Hidden) + i])];
    }

    private double[][] Layer(int layer, double[][] states)
    {
        var prefix = $"model.layers.{layer}";
        var normed = states.Select(state => Norm($"{prefix}.input_layernorm.weight", state)).ToArray();
        var attended = Attention(layer, prefix, normed);
        return [.. states.Zip(attended, (state, added) =>
        {
            if (_gemma) added = Norm($"{prefix}.post_attention_layernorm.weight", added);
            state = Sum(state, added);
            var fed = FeedForward(prefix, Norm($"{prefix}.{(_gemma ? "pre_feedforward" : "post_attention")}_layernorm.weight", state));
            return Sum(state, _gemma ? Norm($"{prefix}.post_feedforward_layernorm.weight", fed) : fed);
        })];
    }

    private IEnumerable<double[]> Attention(int layer, string prefix, double[][] states)
    {
        var length = model.Shape.HeadLength;
        var queries = states.Select((state, at) => Heads(layer, prefix, "q", at, state)).ToArray();
        var keys = states.Select((state, at) => Kept(new KvPlace(layer, true, at, 0), Heads(layer, prefix, "k", at, state))).ToArray();
        var values = states.Select((state, at) => Kept(new KvPlace(layer, false, at, 0), Heads(layer, prefix, "v", at, state))).ToArray();
        var shared = model.Shape.Heads / model.Shape.KvHeads;
        for (var at = 0; at < states.Length; at++)
        {
            var all = new double[model.Shape.Heads * length];
            for (var head = 0; head < model.Shape.Heads; head++)
            {
                var from = Slides(layer) ? Math.Max(0, at - model.Shape.SlidingWindow + 1) : 0;
                var scores = Enumerable.Range(from, at - from + 1)
                    .Select(other => queries[at][head].Zip(keys[other][head / shared], (q, k) => q * k).Sum() / Math.Sqrt(length)).ToArray();
                var most = scores.Max();
                var parts = scores.Select(score => Math.Exp(score - most)).ToArray();
                for (var i = 0; i < length; i++)
                    all[(head * length) + i] = parts.Select((part, other) => part / parts.Sum() * values[from + other][head / shared][i]).Sum();
            }
            yield return Product($"{prefix}.self_attn.o_proj.weight", all);
        }
    }

    // q and k are normalised and rotated, v is neither.
    private double[][] Heads(int layer, string prefix, string kind, int position, double[] state)
    {
        var all = Product($"{prefix}.self_attn.{kind}_proj.weight", state);
        if (_weights.TryGetValue($"{prefix}.self_attn.{kind}_proj.bias", out var bias)) all = [.. all.Zip(bias.Values, (value, added) => value + added)];
        var heads = all.Chunk(model.Shape.HeadLength).ToArray();
        if (kind == "v") return heads;
        var norm = $"{prefix}.self_attn.{kind}_norm.weight";
        return [.. heads.Select(head => Rotated(layer, position, _weights.ContainsKey(norm) ? Norm(norm, head) : head))];
    }

    private double[][] Kept(KvPlace first, double[][] heads) => keep is null ? heads
        : [.. heads.Select((head, h) => head.Select((value, i) => keep(first with { At = (h * head.Length) + i }, value)).ToArray())];

    private double[] Rotated(int layer, int position, double[] head)
    {
        if (model.Architecture == TinyArchitecture.SmolLM3 && layer % 4 == 3) return head;
        var half = head.Length / 2;
        var magnitude = model.Rope == TinyRope.Yarn ? (0.1 * Math.Log(TinyModel.RopeFactor)) + 1 : 1;
        var rotated = new double[head.Length];
        for (var i = 0; i < half; i++)
        {
            var angle = position * Frequency(layer, i);
            var (sine, cosine) = (magnitude * Math.Sin(angle), magnitude * Math.Cos(angle));
            rotated[i] = (head[i] * cosine) - (head[i + half] * sine);
            rotated[i + half] = (head[i + half] * cosine) + (head[i] * sine);
        }
        return rotated;
    }

    private double Frequency(int layer, int i)
    {
        var (length, original, factor) = (model.Shape.HeadLength, TinyModel.RopeOriginalContext, TinyModel.RopeFactor);
        var theta = Slides(layer) ? 10_000 : model.Theta;
        var frequency = Math.Pow(theta, -2.0 * i / length);
        if (Slides(layer)) return frequency;
        switch (model.Rope)
        {
            case TinyRope.Linear:
                return frequency / factor;
            case TinyRope.Llama3:
                var wave = 2 * Math.PI / frequency;
                if (wave < original / TinyModel.RopeHighFactor) return frequency;
                if (wave > original / TinyModel.RopeLowFactor) return frequency / factor;
                var smooth = ((original / wave) - TinyModel.RopeLowFactor) / (TinyModel.RopeHighFactor - TinyModel.RopeLowFactor);
                return ((1 - smooth) * frequency / factor) + (smooth * frequency);
            case TinyRope.Yarn:
                double Dimension(double turns) => length * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
                var (low, high) = (Math.Max(Math.Floor(Dimension(32)), 0), Math.Min(Math.Ceiling(Dimension(1)), length - 1));
                var ramp = Math.Clamp((i - low) / (high - low), 0, 1);
                return (ramp * frequency / factor) + ((1 - ramp) * frequency);
            default:
                return frequency;
        }
    }

    private bool Slides(int layer) => _gemma && layer % 6 != 5;

    private double[] FeedForward(string prefix, double[] state)
    {
        var gate = Product($"{prefix}.mlp.gate_proj.weight", state);
        var up = Product($"{prefix}.mlp.up_proj.weight", state);
        return Product($"{prefix}.mlp.down_proj.weight", [.. gate.Zip(up, (g, u) => u * (_gemma ? GeluTanh(g) : g / (1 + Math.Exp(-g))))]);
    }

    private static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private double[] Norm(string name, double[] state)
    {
        var root = Math.Sqrt((state.Sum(value => value * value) / state.Length) + model.Epsilon);
        return [.. state.Zip(_weights[name].Values, (value, weight) => value / root * (_gemma ? 1 + weight : weight))];
    }

    private double[] Product(string name, double[] x)
    {
        var y = Product(_weights[name], x);
        if (adapter?.Find(name) is not var (a, b)) return y;
        return Sum(y, [.. Product(b, Product(a, x)).Select(value => adapter.Scale * value)]);
    }

    private static double[] Product(TinyTensor matrix, double[] x)
    {
        var y = new double[matrix.Shape[0]];
        for (var row = 0; row < y.Length; row++)
            for (var i = 0; i < x.Length; i++) y[row] += (double)matrix.Values[(row * x.Length) + i] * x[i];
        return y;
    }

    private static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (one, other) => one + other)];
}

/// <summary>A number of the cache.</summary>
/// <param name="At">Head after head.</param>
internal readonly record struct KvPlace(int Layer, bool IsKey, int Position, int At);
