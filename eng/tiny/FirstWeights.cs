using System.Numerics.Tensors;
using Causeway.Engine.Formats;
using Causeway.Engine.Training;

namespace Causeway.TinyRecipe;

/// <summary>
/// Where learning begins. Drawn weights must find out by themselves how to copy, which takes millions of tokens: one head that looks one token back, and above
/// it one that looks for what stood before (an induction head: Olsson et al. 2022, arXiv:2209.11895). Here the first two layers each begin with such a head,
/// roughly; all of it is learnt further like any other weight.
/// </summary>
internal sealed class FirstWeights(TrainedModel model)
{
    // A narrow model needs more than the usual 0.02: about 1/√hidden.
    private const float Wider = 3.6f;

    // What is written into the residual stream begins quietly, so that tokens can be told apart in it.
    private const float Quieter = 0.5f;

    // Queries and keys of 32 numbers, brought to one length, differ by a score of 5.7 at most: too little to look at one token among a hundred.
    private const float Sharper = 2f, Sharp = 1.5f;

    // Which frequencies of the rotation tell how far a token is away, fastest first; the slow ones are left for what the token is.
    private static readonly float[] _near = [0.35f, 0.3f, 0.2f, 0.1f, 0.05f];
    private const int SlowFrom = 6;

    private readonly Dictionary<string, Parameter> _weights = model.Parameters.ToDictionary(parameter => parameter.Name);
    private readonly ModelConfig _config = model.Config;
    private int Length => _config.HeadLength;
    private int Half => _config.HeadLength / 2;

    public void Set()
    {
        foreach (var weight in model.Parameters)
        {
            if (weight.Name.EndsWith("q_norm.weight", StringComparison.Ordinal) || weight.Name.EndsWith("k_norm.weight", StringComparison.Ordinal)) Array.Fill(weight.Value, Sharp);
            else if (weight.Name.Contains("down_proj", StringComparison.Ordinal) || weight.Name.Contains("o_proj", StringComparison.Ordinal)) TensorPrimitives.Multiply(weight.Value, Quieter, weight.Value);
            else if (weight.Rows > 1) TensorPrimitives.Multiply(weight.Value, Wider, weight.Value);
        }
        // The same in every token, for what depends on the place alone.
        for (var token = 0; token < _config.Vocabulary; token++) Row(_weights["model.embed_tokens.weight"], token)[0] = 0.3f;
        KeepApart();
        LookBack();
        LookForTheSame();
    }

    /// <summary>What the first head writes stands apart from what is read as the token itself.</summary>
    private void KeepApart()
    {
        var (before, value, written) = (Attention(0, "v_proj"), Attention(1, "v_proj"), Attention(0, "o_proj"));
        List<float[]> apart = [new float[_config.Hidden]];
        apart[0][0] = 1;
        for (var i = 0; i < Length; i++)
        {
            var column = new float[_config.Hidden];
            for (var row = 0; row < column.Length; row++) column[row] = Row(written, row)[i];
            apart.Add(Straighten(column, apart));
            for (var row = 0; row < column.Length; row++) Row(written, row)[i] = 0.35f * apart[^1][row];
        }
        foreach (var weight in (Parameter[])[before, value])
        {
            List<float[]> straight = [.. apart];
            for (var i = 0; i < Length; i++)
            {
                straight.Add(Straighten(Row(weight, i).ToArray(), straight));
                straight[^1].CopyTo(Row(weight, i));
            }
        }
    }

    /// <summary>Of length 1 and at right angles to the others (Gram and Schmidt).</summary>
    private static float[] Straighten(float[] vector, List<float[]> others)
    {
        foreach (var other in others) TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot(vector, other), vector, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        return vector;
    }

    private void LookBack()
    {
        var (query, key) = (Attention(0, "q_proj"), Attention(0, "k_proj"));
        var frequencies = _config.Layers[0].Rope!.Frequencies;
        for (var i = 0; i < Length; i++)
        {
            TensorPrimitives.Multiply(Row(query, i), 0.1f, Row(query, i));
            TensorPrimitives.Multiply(Row(key, i), 0.1f, Row(key, i));
        }
        for (var i = 0; i < _near.Length; i++)
        {
            var (sine, cosine) = MathF.SinCos(frequencies[i]);
            var strength = MathF.Sqrt(_near[i]) * 2;
            Row(key, i)[0] = strength;
            Row(query, i)[0] = strength * cosine;
            Row(query, i + Half)[0] = -strength * sine;
        }
        Sharpen(0);
    }

    private void LookForTheSame()
    {
        var (query, key, value, output) = (Attention(1, "q_proj"), Attention(1, "k_proj"), Attention(1, "v_proj"), Attention(1, "o_proj"));
        var (before, written) = (Attention(0, "v_proj"), Attention(0, "o_proj"));
        for (var i = 0; i < Length; i++)
        {
            TensorPrimitives.Multiply(Row(query, i), 0.1f, Row(query, i));
            TensorPrimitives.Multiply(Row(key, i), 0.05f, Row(key, i));
            for (var row = 0; row < _config.Hidden; row++) Row(output, row)[i] = 2 * Row(value, i)[row];
        }
        for (var i = 0; i < 2 * (Half - SlowFrom); i++)
        {
            var at = i < Half - SlowFrom ? SlowFrom + i : SlowFrom + i + SlowFrom;
            Row(before, i).CopyTo(Row(query, at));
            for (var row = 0; row < _config.Hidden; row++) Row(key, at)[row] = Row(written, row)[i];
        }
        Sharpen(1);
    }

    private void Sharpen(int layer)
    {
        Array.Fill(Attention(layer, "q_norm").Value, Sharper);
        Array.Fill(Attention(layer, "k_norm").Value, Sharper);
    }

    private Parameter Attention(int layer, string name) => _weights[$"model.layers.{layer}.self_attn.{name}.weight"];

    private static Span<float> Row(Parameter weight, int row) => weight.Value.AsSpan(row * weight.Columns, weight.Columns);
}
